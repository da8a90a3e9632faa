"""Writes the files of resources/torch: small ones, of a real PyTorch (1.13.1), with values that TorchFileTest knows."""
import sys

import torch

folder = sys.argv[1]


def parameters():
    return [torch.nn.Parameter(torch.zeros(shape)) for shape in ([2, 3], [4], [5])]


def trained(optimizer, values):
    """Two steps, of which the last parameter is no part; then state that is known."""
    for _ in range(2):
        for parameter in values[:2]:
            parameter.grad = torch.ones_like(parameter)
        optimizer.step()
    for i, parameter in enumerate(values[:2]):
        for j, (kind, tensor) in enumerate(optimizer.state[parameter].items()):
            if torch.is_tensor(tensor) and tensor.dim():  # some versions have the step as a number
                tensor.copy_((torch.arange(tensor.numel()) + 10 * j + 100 * i).reshape(tensor.shape))
    return optimizer


def groups(values):
    return [{'params': values[:1]}, {'params': values[1:], 'lr': 0.5, 'weight_decay': 0.25}]


def save(value, name):
    torch.save(value, f'{folder}/{name}.pt')


for name, optimizer in [('Adam', lambda g: torch.optim.Adam(g, lr=0.125, amsgrad=True, betas=(0.75, 0.875))),
                        ('AdamW', torch.optim.AdamW), ('RAdam', torch.optim.RAdam), ('NAdam', torch.optim.NAdam),
                        ('SGD', lambda g: torch.optim.SGD(g, lr=0.125)),
                        ('SGD-momentum', lambda g: torch.optim.SGD(g, lr=0.125, momentum=0.5)),
                        ('RMSprop', lambda g: torch.optim.RMSprop(g, lr=0.125, alpha=0.75, momentum=0.5, centered=True)),
                        ('Adagrad', lambda g: torch.optim.Adagrad(g, lr_decay=0.5, initial_accumulator_value=0.25)),
                        ('Adamax', lambda g: torch.optim.Adamax(g, betas=(0.75, 0.875))),
                        ('Adadelta', lambda g: torch.optim.Adadelta(g, rho=0.75))]:
    values = parameters()
    save(trained(optimizer(groups(values)), values).state_dict(), name)

# All that state may be like, in one file with a model, as trainings save them.
torch.manual_seed(0)
values = parameters()
optimizer = trained(torch.optim.Adam(groups(values), lr=torch.tensor(0.125)), values)
scheduler = torch.optim.lr_scheduler.MultiStepLR(torch.optim.SGD(values, lr=1.0), [3, 5])
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
state = optimizer.state_dict()
shared = torch.arange(100.)
state['state'][0]['step'] = 2  # as PyTorch wrote it before 1.12
state['state'][0]['exp_avg'] = shared[:6].reshape(3, 2).t()  # in the order of columns
state['state'][0]['exp_avg_sq'] = shared[10:16].reshape(2, 3)  # in the middle of a storage that others share
state['state'][1]['step'] = torch.tensor(7., dtype=torch.float64)
state['state'][1]['exp_avg'] = torch.tensor([1., -2, 0.5, 3]).bfloat16()
state['state'][1]['exp_avg_sq'] = torch.tensor([1., 2, 0.5, 3]).half()
state['param_groups'][0]['initial_lr'] = 1.0
state['param_groups'][0]['name'] = 'first'
save({'model': model.state_dict(), 'parameters': list(model.parameters()), 'optimizers': [state],
      'scheduler': scheduler.state_dict(), 'size': torch.Size([2, 3]), 'epoch': 3,
      'numbers': [2 ** 40, -2 ** 40, -5, 300, 70000, 0.1, True, False, None, 'ä€😀', (), (1, 2, 3, 4)],
      'tensors': [torch.tensor([1, -1]), torch.tensor([1, -1], dtype=torch.int32),
                  torch.tensor([1, -1], dtype=torch.int16), torch.tensor([1, -1], dtype=torch.int8),
                  torch.tensor([1, 255], dtype=torch.uint8), torch.tensor([True, False]),
                  torch.tensor([1., -1], dtype=torch.float64), torch.zeros(0, 3),
                  torch.tensor(2.5).expand(2, 3)]}, 'all')
torch.save({'state': {}, 'param_groups': []}, f'{folder}/legacy.pt', _use_new_zipfile_serialization=False)
