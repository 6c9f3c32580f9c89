import torch
grad=torch.autograd.grad
x=torch.tensor([0.5,1.],requires_grad=True)
with torch.no_grad(): e=x.exp()
edge=x.clone()
leaf=e.detach().requires_grad_()
y=leaf.clone()
s=grad(y.sum(),[leaf],create_graph=True)[0]*y
g,=grad([y.sum(),edge],[x],[None,s],create_graph=True,allow_unused=True)
a=grad(g.sum(),[leaf],create_graph=True)[0]
s2=a*y
print(a.tolist())
h,=grad([g.sum(),edge],[x],[None,s2],create_graph=True,allow_unused=True)
print(h.tolist())
