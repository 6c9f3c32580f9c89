# The printed form of optimizers, and what their constructors refuse
import torch

programs = """
torch.optim.SGD([torch.ones(1,requires_grad=True)])
torch.optim.Adam([torch.ones(1,requires_grad=True)],lr=0.1)
torch.optim.AdamW([torch.ones(1,requires_grad=True)])
torch.optim.RMSprop([torch.ones(1,requires_grad=True)])
torch.optim.Adagrad([torch.ones(1,requires_grad=True)])
torch.optim.SGD([{'params':[torch.ones(1,requires_grad=True)],'lr':0.5},{'params':torch.ones(2,requires_grad=True)}],momentum=0.9,nesterov=True)
torch.optim.SGD([],lr=1)
torch.optim.SGD(torch.ones(1),lr=1)
torch.optim.SGD([torch.ones(1)],lr=-1)
torch.optim.SGD([torch.ones(1,requires_grad=True)*2],lr=1)
torch.optim.Adam([torch.ones(1)],betas=(1.,0.9))
torch.optim.Adam([torch.ones(1)],eps=-1)
torch.optim.SGD([3],lr=1)
torch.optim.SGD([torch.ones(1)],lr=1,nesterov=True)
torch.optim.RMSprop([torch.ones(1)],alpha=-1)
torch.optim.Adagrad([torch.ones(1)],lr_decay=-1)
torch.optim.SGD([torch.ones(1)],momentum=-1)
torch.optim.SGD([torch.ones(1)],weight_decay=-1)
torch.optim.SGD(3,lr=1)
torch.optim.SGD([{'lr':1}],lr=1)
torch.optim.AdamW([torch.ones(1)],betas=(0.9,1.0))
torch.optim.SGD({1,2},lr=1)
torch.optim.SGD([{'params':{1,2}}],lr=1)
"""
for line in programs.split("\n")[1:-1]:
    try:
        print(line, repr(eval(line)))
    except Exception as error:
        print(line, type(error).__name__, error)
