# TorchScript. PyTorch for Java has no binding of _fused_adam_, but it compiles and runs this.


def divided(all: Tensor, sizes: Tensor) -> List[Tensor]:
    lengths: List[int] = sizes.tolist()
    return [part.clone() for part in all.split_with_sizes(lengths)]


def zeros_like(tensors: List[Tensor]) -> List[Tensor]:
    return [torch.zeros_like(tensor) for tensor in tensors]


# Not torch.zeros(()): TorchScript would make that once and put the same tensor into the list again and again.
def step_numbers(tensors: List[Tensor]) -> List[Tensor]:
    return [tensor.new_zeros(()) for tensor in tensors]


def copy(all: Tensor, tensors: List[Tensor]) -> int:
    torch._foreach_copy_(tensors, all.split_with_sizes([tensor.numel() for tensor in tensors]))
    return len(tensors)


def joined(tensors: List[Tensor]) -> Tensor:
    return torch.cat(tensors)


# Returns its argument, so that nobody takes the calls in it for ones without an effect.
def step(params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor],
         steps: List[Tensor]) -> List[Tensor]:
    max_exp_avg_sqs: List[Tensor] = []
    torch._foreach_add_(steps, 1)
    torch._fused_adam_(params, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, steps, lr=LEARNING_RATE, beta1=BETA1,
                       beta2=BETA2, weight_decay=0.0, eps=EPSILON, amsgrad=False, maximize=False)
    return params
