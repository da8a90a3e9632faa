"""Steps of libradam_cuda against those of PyTorch, on PyTorch's own tensors. bench/README.md says what it means.

Needs PyTorch for CUDA and a libradam_cuda and libradam that were built; no other package.
"""
import argparse
import ctypes
import json
import statistics
import sys

import torch

F32 = 0
ROUND_DEFAULT = 0
MAX_STATE = 6  # RADAM_MAX_STATE
ADAM = 0  # RADAM_ALGORITHM_ADAM
PRESET_RADAM, PRESET_ADAM = 1, 5  # RADAM_PRESET_..._PYTORCH


class Tensor(ctypes.Structure):  # radam_tensor
    _fields_ = [("struct_size", ctypes.c_uint32), ("param_type", ctypes.c_int32), ("grad_type", ctypes.c_int32),
                ("state_type", ctypes.c_int32), ("copy_type", ctypes.c_int32), ("param_rounding", ctypes.c_int32),
                ("state_rounding", ctypes.c_int32), ("zero_grad", ctypes.c_int32), ("length", ctypes.c_int64),
                ("step", ctypes.c_int64), ("seed", ctypes.c_uint64), ("clip_value", ctypes.c_float),
                ("average_rate", ctypes.c_float), ("state", ctypes.c_void_p * MAX_STATE),
                ("state_scale", ctypes.c_void_p * MAX_STATE), ("first", ctypes.c_int64), ("output", ctypes.c_int32),
                ("reserved", ctypes.c_int32)]


class CudaTensor(ctypes.Structure):  # radam_cuda_tensor
    _fields_ = [("tensor", Tensor), ("param", ctypes.c_void_p), ("grad", ctypes.c_void_p),
                ("param_copy", ctypes.c_void_p), ("param_average", ctypes.c_void_p), ("group", ctypes.c_int32),
                ("reserved", ctypes.c_int32)]


class Plan(ctypes.Structure):  # radam_cuda_plan
    _fields_ = [("struct_size", ctypes.c_uint32), ("device", ctypes.c_int32), ("groups", ctypes.c_int32),
                ("algorithm", ctypes.c_int32), ("tensors", ctypes.c_int64), ("memory", ctypes.c_void_p),
                ("opaque", ctypes.c_int64 * 160)]


# The members of the unions are for libradam alone.
class Hyperparameters(ctypes.Structure):  # radam_hyperparameters
    _fields_ = [("struct_size", ctypes.c_uint32), ("algorithm", ctypes.c_int32), ("learning_rate", ctypes.c_double),
                ("weight_decay", ctypes.c_double), ("grad_scale", ctypes.c_double),
                ("weight_decay_mode", ctypes.c_int32), ("maximize", ctypes.c_int32), ("of", ctypes.c_double * 24)]


class Coefficients(ctypes.Structure):  # radam_coefficients
    _fields_ = [("struct_size", ctypes.c_uint32), ("algorithm", ctypes.c_int32), ("mode", ctypes.c_int32),
                ("grad_scale", ctypes.c_float), ("of", ctypes.c_float * 16), ("learning_rate", ctypes.c_double),
                ("rho", ctypes.c_double), ("rectification", ctypes.c_double), ("rectified", ctypes.c_int32),
                ("reserved", ctypes.c_int32)]


def made(kind):
    return kind(struct_size=ctypes.sizeof(kind))


class Libraries:
    """libradam_cuda for the steps, libradam for their coefficients."""

    def __init__(self, cuda, radam):
        self.cuda, self.radam = ctypes.CDLL(cuda), ctypes.CDLL(radam)
        for function in (self.cuda.radam_cuda_status_string, self.cuda.radam_cuda_last_error):
            function.restype = ctypes.c_char_p

    def call(self, library, name, *arguments):
        status = getattr(library, name)(*arguments)
        if status != 0:
            words = self.cuda.radam_cuda_status_string(status).decode()
            sys.exit(f"torch_compare: {name}: {words} {self.cuda.radam_cuda_last_error().decode()}")


class Ours:
    """An optimizer over PyTorch's tensors, which has the few methods that are measured."""

    def __init__(self, libraries, params, preset):
        self.libraries, self.params, self.steps = libraries, params, 0
        self.state = [(torch.zeros_like(p), torch.zeros_like(p)) for p in params]
        tensors = (CudaTensor * len(params))()
        for t, p, (m, v) in zip(tensors, params, self.state):
            t.tensor = made(Tensor)
            t.tensor.length = p.numel()
            t.tensor.state[0], t.tensor.state[1] = m.data_ptr(), v.data_ptr()
            t.param, t.grad = p.data_ptr(), p.grad.data_ptr()
        cuda, count = libraries.cuda, ctypes.c_int64(len(params))
        size = ctypes.c_int64()
        libraries.call(cuda, "radam_cuda_plan_size", tensors, count, 1, ctypes.byref(size))
        self.memory = torch.empty(size.value + 256, dtype=torch.uint8, device="cuda")
        address = (self.memory.data_ptr() + 255) // 256 * 256
        self.plan = made(Plan)
        libraries.call(cuda, "radam_cuda_plan_init", ctypes.byref(self.plan), torch.cuda.current_device(), ADAM,
                       tensors, count, 1, ctypes.c_void_p(address), self.stream())
        self.hyperparameters = made(Hyperparameters)
        libraries.call(libraries.radam, "radam_hyperparameters_init", ctypes.byref(self.hyperparameters), preset)

    @staticmethod
    def stream():
        return ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)

    def step(self):
        self.steps += 1
        coefficients, stream = made(Coefficients), self.stream()
        call, cuda = self.libraries.call, self.libraries.cuda
        call(self.libraries.radam, "radam_coefficients_at", ctypes.byref(self.hyperparameters),
             ctypes.c_int64(self.steps), ctypes.byref(coefficients))
        steps = (ctypes.c_int64 * 1)(self.steps)
        call(cuda, "radam_cuda_set_coefficients", ctypes.byref(self.plan), ctypes.byref(coefficients), steps, None,
             stream)
        call(cuda, "radam_cuda_step", ctypes.byref(self.plan), stream)


def model_shapes():
    """Parameters like those of GPT-2 medium: 355 million in 292 tensors."""
    width, layers, words, positions = 1024, 24, 50257, 1024
    norm = [(width,), (width,)]
    layer = norm + [(width, 3 * width), (3 * width,), (width, width), (width,)]
    layer += norm + [(width, 4 * width), (4 * width,), (4 * width, width), (width,)]
    return [(words, width), (positions, width)] + layer * layers + norm


def parameters(shapes, seed):
    generator = torch.Generator(device="cuda").manual_seed(seed)
    params = []
    for shape in shapes:
        p = torch.randn(shape, generator=generator, device="cuda").mul_(0.02).requires_grad_()
        p.grad = torch.empty_like(p)
        params.append(p)
    return params


def fill_gradients(params, seed):
    generator = torch.Generator(device="cuda").manual_seed(seed)
    for p in params:
        p.grad.normal_(0, 1e-3, generator=generator)


def largest_difference(ours, theirs):
    """In units of what rounding explains in a step: four roundings of a parameter, and 2^-14 of an update of 1e-3."""
    with torch.no_grad():
        return max(((a - b).abs() / (b.abs() * 2.0**-22 + 1e-3 * 2.0**-14)).max().item() for a, b in zip(ours, theirs))


def compare_values(libraries, preset, make_theirs, steps):
    """The largest difference after some steps, as a share of what rounding explains in as many."""
    shapes = [(1000, 1000), (1,), (257,), (4096, 33), (7, 11, 13)]
    ours, theirs = parameters(shapes, 1), parameters(shapes, 1)
    own, other = Ours(libraries, ours, preset), make_theirs(theirs)
    for step in range(steps):
        fill_gradients(ours, 2 + step)
        fill_gradients(theirs, 2 + step)
        own.step()
        other.step()
    return largest_difference(ours, theirs) / steps


def milliseconds(steps, rounds, repeats):
    """The median of each over the rounds, in each of which all are measured, one after the other."""
    for step in steps:
        for _ in range(5):
            step()
    times = [[] for _ in steps]
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    for _ in range(rounds):
        for step, of_step in zip(steps, times):
            torch.cuda.synchronize()
            start.record()
            for _ in range(repeats):
                step()
            end.record()
            end.synchronize()
            of_step.append(start.elapsed_time(end) / repeats)
    return [statistics.median(of_step) for of_step in times]


def compare_speed(libraries, shapes, preset, make_theirs, rounds, repeats):
    params = parameters(shapes, 1)
    fill_gradients(params, 2)
    own, other = Ours(libraries, params, preset), make_theirs(params)
    with torch.no_grad():
        result = milliseconds([own.step, other.step], rounds, repeats)
    del own, other, params
    torch.cuda.empty_cache()
    return result


PEERS = (
    # name, preset, PyTorch's, times as fast as that: the target
    ("Adam(fused=True)", PRESET_ADAM, lambda params: torch.optim.Adam(params, fused=True), 1.0),
    ("RAdam(foreach=True)", PRESET_RADAM, lambda params: torch.optim.RAdam(params, foreach=True), 3.0),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", help="libradam_cuda.so")
    parser.add_argument("radam", help="libradam.so")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--rounds", type=int, default=15, help="how often each is measured (15)")
    parser.add_argument("--size", type=int, default=2**28, help="elements of the one tensor (268435456)")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("torch_compare: PyTorch finds no GPU")
    libraries = Libraries(options.library, options.radam)

    failed = False
    for name, preset, make_theirs, _ in PEERS:
        # So many steps that RAdam has begun to rectify.
        difference = compare_values(libraries, preset, make_theirs, 20)
        agrees = difference <= 1
        failed = failed or not agrees
        if options.json:
            print(json.dumps({"check": name, "difference": difference, "agrees": agrees}), flush=True)
        else:
            print(f"{name}: the parameters {'agree' if agrees else 'DIFFER'} after 20 steps, "
                  f"{difference:.3f} of what float32 explains", flush=True)
    for case, shapes in (("one tensor", [(options.size,)]), ("GPT-2 medium", model_shapes())):
        for name, preset, make_theirs, target in PEERS:
            own, other = compare_speed(libraries, shapes, preset, make_theirs, options.rounds, repeats=5)
            if options.json:
                print(json.dumps({"case": case, "peer": name, "ms": own, "peer_ms": other, "times_as_fast": other / own,
                                  "target": target}), flush=True)
            else:
                print(f"{case}: {own:.3f} ms, torch.optim.{name} {other:.3f} ms, {other / own:.2f} times as fast "
                      f"(target {target})", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
