"""The part of PyTorch in TorchExchangeTest: trains, saves, loads what Java wrote, and trains on."""
import inspect
import json
import pickle
import sys

import torch

SHAPES = [[3, 4], [5], [2, 3, 2], [], [4]]  # the last never has a gradient
FIRST_GROUP = 2


def gradients(step):
    """Neither is near 0, so that no moment is."""
    generator = torch.Generator().manual_seed(step)
    result = []
    for shape in SHAPES[:-1]:
        size = torch.rand(shape, generator=generator) + 0.5
        result.append(size * (torch.randint(0, 2, shape, generator=generator) * 2 - 1))
    return result


def mend_nadam():
    """PyTorch 1.13 takes mu twice for the next product, which later versions have mended."""
    module = sys.modules['torch.optim.nadam']
    source = inspect.getsource(module._single_tensor_nadam)
    place = 'mu_product * mu * mu_next'
    assert source.count(place) == 1
    exec(source.replace(place, 'mu_product * mu_next'), module.__dict__)


def build(case):
    torch.manual_seed(1)
    parameters = [torch.nn.Parameter(torch.randn(shape)) for shape in SHAPES]
    groups = [{'params': parameters[:FIRST_GROUP]}, dict(params=parameters[FIRST_GROUP:], **case['second'])]
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in case['settings'].items()}
    return parameters, getattr(torch.optim, case['optimizer'])(groups, **settings)


def train(parameters, optimizer, begin, end):
    for step in range(begin, end):
        for parameter, gradient in zip(parameters, gradients(step)):
            parameter.grad = gradient
        optimizer.step()


def write(tensors, path):
    with open(path, 'wb') as file:
        for tensor in tensors:
            file.write(bytes(tensor.detach().reshape(-1).view(torch.uint8).tolist()))


def read(parameters, path):
    data = open(path, 'rb').read()
    at = 0
    with torch.no_grad():
        for parameter in parameters:
            size = 4 * parameter.numel()
            parameter.copy_(torch.frombuffer(bytearray(data[at:at + size]), dtype=torch.float32)
                            .reshape(parameter.shape))
            at += size
    assert at == len(data)


def save(cases, folder):
    for name, case in cases.items():
        parameters, optimizer = build(case)
        before, there, back = case['steps']
        train(parameters, optimizer, 0, before)
        write(parameters, f'{folder}/{name}.begin')
        torch.save(optimizer.state_dict(), f'{folder}/{name}.pt')
        torch.save({'model': torch.nn.Linear(2, 3).state_dict(), 'epoch': 3, 'loss': 0.5,
                    'all': [optimizer.state_dict()], 'parameters': parameters}, f'{folder}/{name}-all.pt')
        for step in range(before, before + there):
            write(gradients(step), f'{folder}/{name}.gradient{step}')
        train(parameters, optimizer, before, before + there)
        write(parameters, f'{folder}/{name}.middle')
        train(parameters, optimizer, before + there, before + there + back)
        write(parameters, f'{folder}/{name}.end')


def weights_only(path):
    """PyTorch 1.13 has weights_only, but does not know floats. Version 2 added them; here, the same is done."""
    if torch.__version__.startswith('1.13.'):
        module = torch.serialization._weights_only_unpickler
        source = inspect.getsource(module)
        place = '            elif key[0] == BINUNICODE[0]:'
        assert source.count(place) == 1
        exec(source.replace(place, "            elif key[0] == b'G'[0]:\n"
                                   "                self.append(unpack('>d', read(8))[0])\n" + place), module.__dict__)
    return torch.load(path, weights_only=True)


def goes_on(cases, folder):
    for name, case in cases.items():
        parameters, optimizer = build(case)
        before, there, back = case['steps']
        train(parameters, optimizer, 0, 1)  # for the form of its state
        own = optimizer.state_dict()
        state = weights_only(f'{folder}/{name}.java.pt')
        assert state['state'].keys() == own['state'].keys() or case['optimizer'] == 'SGD', name
        for key, values in state['state'].items():
            assert values.keys() == own['state'][key].keys(), (name, values.keys())
            for kind, value in values.items():
                present = torch.as_tensor(own['state'][key][kind])  # some versions have the step as a number
                assert value.dtype == torch.float32 and value.shape == present.shape, (name, kind)
                # Adagrad has state of a parameter that never had a gradient.
                assert kind != 'step' or value == (before + there if present else 0)
        for group, own_group in zip(state['param_groups'], own['param_groups']):
            assert own_group.keys() <= group.keys(), (name, group)
            for key in own_group.keys() - {'fused', 'foreach'}:
                assert group[key] == own_group[key], (name, key, group[key])
        optimizer.load_state_dict(state)
        read(parameters, f'{folder}/{name}.java')
        train(parameters, optimizer, before + there, before + there + back)
        write(parameters, f'{folder}/{name}.back')


if __name__ == '__main__':
    if torch.__version__.startswith('1.13.'):
        mend_nadam()
    {'save': save, 'goes_on': goes_on}[sys.argv[1]](json.load(open(sys.argv[2])), sys.argv[3])
