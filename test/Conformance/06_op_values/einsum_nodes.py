# What einsum computes by: mul where nothing is summed, else a batched product; nodes and strides of its result.
import torch

for equation, *sizes in [("ij", (2, 3)), ("ij->ji", (2, 3)), ("ii->i", (3, 3)), ("ij->i", (2, 3)), ("i,j->ij", (3,), (2,)),
                         ("ij,ij->ij", (2, 3), (2, 3)), ("i,i->", (3,), (3,)), ("ij,jk->ik", (2, 3), (3, 4)),
                         ("ij,jk->ki", (2, 3), (3, 4)), ("aib,jb->jia", (2, 3, 4), (5, 4)), ("aib,jb->aji", (2, 3, 4), (5, 4)),
                         ("bqhd,bkhd->bhkq", (1, 3, 2, 4), (1, 3, 2, 4)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
                         ("a,b->", (2,), (3,)), ("ab,c->a", (2, 3), (4,)), ("ab,bc->ac", (2, 1), (3, 4)), (",,bd->bd", (), (), (1, 1)),
                         ("...d,...d->...", (2, 3), (2, 3)), ("edb,dd->deb", (3, 2, 1), (2, 2)), ("c,ecd,eb->cde", (2,), (1, 2, 2), (1, 3))]:
    operands = [torch.arange(1., 1 + torch.Size(size).numel()).reshape(size).requires_grad_() for size in sizes]
    result = torch.einsum(equation, *operands)
    node, names = result.grad_fn, []
    while node is not None and len(names) < 5:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    print(equation, names, result.stride(), result.tolist())
    result.square().sum().backward()
    print([x.grad.tolist() for x in operands])

x = torch.ones(2)
print(torch.einsum("i", x) is x)
for equation, *sizes in [("ii->i", (2, 3)), ("ij,ij", (2, 3), (2, 4))]:
    try:
        print(torch.einsum(equation, *map(torch.ones, sizes)))
    except RuntimeError as error:
        print(error)
