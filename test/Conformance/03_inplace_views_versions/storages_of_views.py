# untyped_storage: what tensors share, by address and bytes
import torch

x = torch.arange(6.0).view(2, 3)
storage = x.untyped_storage()
print(storage.nbytes(), storage.size(), len(storage), storage.element_size(), storage.device, storage.is_cuda)
print(storage.data_ptr() == x.data_ptr(), x[1:].untyped_storage().data_ptr() == storage.data_ptr())
print(x[1:].data_ptr() == storage.data_ptr(), x.clone().untyped_storage().data_ptr() == storage.data_ptr())
print(x.t().untyped_storage() == storage, x.clone().untyped_storage() == storage, type(storage))
typed = x[1:].storage()
print(typed.nbytes(), typed.size(), len(typed), typed.dtype, typed.untyped() == storage, type(typed))
print(torch.ones(2, dtype=torch.float64).expand(3, 2).untyped_storage().nbytes())
