// Gradients, grad modes and the graph.
#include "compiler/Analysis/AutogradState.h"
#include "compiler/Python/Convert.h"
#include "compiler/Trace/Trace.h"

namespace agc::python {
namespace {

/// A node of the graph as Python sees it.
struct NodeHandle {
  agc::Node *node;
};

agc::Object *knownOf(const Tensor &tensor) {
  trace::Trace &trace = trace::Trace::current(here());
  return trace.known(tensor.impl(), here());
}

std::optional<NodeHandle> nodeOf(const Tensor &tensor) {
  trace::Trace &trace = trace::Trace::current(here());
  Where where = here();
  agc::Node *node =
      trace.expect(trace.getAutograd().gradFn(knownOf(tensor), trace.location(where)), where);
  return node ? std::optional<NodeHandle>(NodeHandle{node}) : std::nullopt;
}

/// Python objects that nodes kept. They go when no state of autograd is being changed: what they
/// hold are tensors, whose end is an event.
std::vector<nb::object> &released() {
  static auto *objects = new std::vector<nb::object>; // not freed: Python may be gone by then
  return *objects;
}

/// Names a result's node, and lets an object live with it.
void keepInNode(const Tensor &tensor, const std::string &name, nb::object kept) {
  std::vector<nb::object> gone;
  gone.swap(released());
  agc::Node *node = nodeOf(tensor).value().node;
  node->name = name;
  auto release = [](void *held) { released().push_back(nb::steal(static_cast<PyObject *>(held))); };
  node->kept = std::shared_ptr<void>(kept.release().ptr(), release);
}

nb::object objectOf(const Tensor &tensor) {
  return tensor.defined() ? nb::cast(tensor) : nb::none();
}

/// A grad mode from enter() on. Its exit() leaves those that were set inside, too; without one it
/// stays.
template <agt::GradMode mode> struct ModeGuard {
  size_t depth = 0;

  void enter() {
    Where where = here();
    trace::Trace &trace = trace::Trace::current(where);
    depth = trace.getAutograd().numGradModes();
    trace.append<agt::GradModeOp>(where, agt::GradModeAttr::get(trace.builder.getContext(), mode));
  }
  void exit() {
    Where where = here();
    if (trace::Trace *trace = trace::Trace::currentOrNull())
      while (trace->getAutograd().numGradModes() > depth)
        trace->append<agt::GradModeOp>(where, agt::GradModeAttr());
  }
};

template <agt::GradMode mode> void bindGuard(nb::module_ &module, const char *name) {
  using Guard = ModeGuard<mode>;
  nb::class_<Guard>(module, name)
      .def(nb::init<>())
      .def("enter", &Guard::enter)
      .def("exit", &Guard::exit);
}

/// Says that a tensor was written, where no event does.
static void countWrite(const Tensor &tensor) {
  agc::Object *object = knownOf(tensor);
  ++object->counter->current;
  object->counter->writes.push_back(object->loc);
}

void bindHistory(nb::module_ &module) {
  module.def(
      "backward",
      [](nb::handle tensors, nb::handle gradients, bool retain, bool create, nb::handle inputs,
         nb::handle cut) {
        Where where = here();
        session::poll(where, true);
        autograd::backward(tensorsOf(tensors), tensorsOf(gradients), retain, create,
                           tensorsOf(inputs), where, tensorsOf(cut));
      },
      nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg().none(),
      nb::arg("cut").none() = nb::none());
  module.def(
      "grad",
      [](nb::handle outputs, nb::handle inputs, nb::handle seeds, bool create, bool retain,
         bool unused, bool inner, nb::handle cut) {
        Where where = here();
        if (session::detectsAnomaly())
          session::poll(where, true);
        autograd::GradOptions options{tensorsOf(seeds), create, retain,
                                      unused,           inner,  tensorsOf(cut)};
        nb::list results;
        for (const Tensor &tensor :
             autograd::grad(tensorsOf(outputs), tensorsOf(inputs), options, where))
          results.append(objectOf(tensor));
        return nb::tuple(results);
      },
      nb::arg(), nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg() = false,
      nb::arg("cut").none() = nb::none());
  module.def("grad_of", [](const Tensor &tensor) { return objectOf(tensor.grad(here())); });
  // What the slot holds: equal numbers stand for one tensor.
  module.def("grad_id", [](const Tensor &tensor) { return uint64_t(knownOf(tensor)->grad); });
  // 0 for a tensor that is not of what is traced.
  module.def("object_id", [](const Tensor &tensor) {
    bool isKnown = trace::Trace::current(here()).holds(tensor.impl());
    return isKnown ? uint64_t(knownOf(tensor)) : 0;
  });
  module.def(
      "set_grad",
      [](const Tensor &tensor, nb::handle gradient) {
        tensor.set_grad(gradient.is_none() ? Tensor() : nb::cast<Tensor>(gradient), here());
      },
      nb::arg(), nb::arg().none());
  module.def("requires_grad_",
             [](const Tensor &tensor, bool value) { tensor.requires_grad_(value, here()); });
  module.def("set_requires_grad", [](const Tensor &tensor, bool value) {
    Where where = here();
    trace::Trace &trace = trace::Trace::current(where);
    trace.append<agt::SetRequiresGradOp>(where, trace.refOf(tensor.impl(), where), value);
  });
  // What is composed of several ops and then written is refused before them.
  using Tensors = std::vector<Tensor>;
  auto pointersTo = [](const std::vector<Operand> &operands) {
    return llvm::map_to_vector(operands, [](const Operand &operand) { return &operand; });
  };
  module.def("check_write", [=](const Tensor &tensor, const Tensors &others) {
    Where where = here();
    std::vector<Operand> operands(others.begin(), others.end());
    trace::Trace::current(where).checkWrite(Operand(tensor, where), pointersTo(operands), where);
  });
  module.def("check_overlap", [=](const Tensor &tensor, const Tensors &across,
                                  const Tensors &apart) {
    Where where = here();
    std::vector<Operand> first(across.begin(), across.end()), second(apart.begin(), apart.end());
    trace::Trace::current(where).checkOverlap(Operand(tensor, where), pointersTo(first),
                                              pointersTo(second), where);
  });
  module.def("become", [](const Tensor &tensor, const Tensor &view) {
    Where where = here();
    trace::Trace::current(where).become(Operand(tensor, where), Operand(view, where), where);
  });
  // A condition on numbers that only the call of an exported function tells.
  module.def("check", [](const Tensor &condition, const std::string &text) {
    trace::Trace::current(here()).check(Operand(condition, here()), text, here());
  });
  module.def("retain_grad", [](const Tensor &tensor) { tensor.retain_grad(here()); });
  module.def("edge", [](const Tensor &tensor) { return autograd::edge(tensor, here()); });
  // The node that its cotangents go to, and which of the node's outputs it is.
  module.def("place_of", [](const Tensor &tensor) {
    Where where = here();
    trace::Trace &trace = trace::Trace::current(where);
    agc::Object *object = knownOf(tensor);
    Edge edge = trace.expect(trace.getAutograd().edgeOf(object, trace.location(where)), where);
    return std::pair(edge.node ? std::optional<NodeHandle>(NodeHandle{edge.node}) : std::nullopt,
                     edge.output);
  });
  module.def("detach", [](const Tensor &tensor) { return tensor.detach(here()); });
  module.def("detach_", [](const Tensor &tensor) { tensor.detach_(here()); });
  module.def("data", [](const Tensor &tensor) { return tensor.data(here()); });
  // What torch makes of an empty tensor by set_: that is a write, of which others do not know.
  module.def("set_from", [](const Tensor &tensor) {
    Tensor made = tensor.data(here());
    countWrite(made);
    return made;
  });
  module.def("count_write", &countWrite);
  module.def("set_data", [](Tensor &tensor, const Tensor &other) {
    Where where = here();
    trace::Trace &trace = trace::Trace::current(where);
    if (tensor.impl()->type == other.impl()->type) {
      trace.append<agt::SetDataOp>(where, trace.refOf(tensor.impl(), where),
                                   trace.refOf(other.impl(), where));
      return;
    }
    // Of another dtype or shape: Python's object names another tensor object.
    bool requiresGrad = tensor.requires_grad();
    knownOf(tensor)->replaced = trace.location(where);
    tensor = other.detach(where);
    if (requiresGrad)
      tensor.requires_grad_(true, where);
  });
  module.def("is_grad_enabled",
             [] { return trace::Trace::current(here()).getAutograd().isGradEnabled(); });
}

} // namespace

void bindAutograd(nb::module_ &module) {
  nb::class_<NodeHandle>(module, "NodeHandle")
      .def("name", [](const NodeHandle &self) { return self.node->name; })
      .def("id", [](const NodeHandle &self) { return uint64_t(self.node); })
      .def("sequence", [](const NodeHandle &self) { return self.node->sequence; })
      .def("outputs", [](const NodeHandle &self) { return self.node->numOutputs; })
      .def("fills_slot", [](const NodeHandle &self) { return self.node->leaf != nullptr; })
      .def("kept",
           [](const NodeHandle &self) {
             auto *held = static_cast<PyObject *>(self.node->kept.get());
             return held ? nb::borrow(held) : nb::object(nb::none());
           })
      .def("next", [](const NodeHandle &self) {
        std::vector<std::pair<std::optional<NodeHandle>, unsigned>> edges;
        for (const Edge &edge : self.node->next)
          edges.emplace_back(edge.node ? std::optional<NodeHandle>(NodeHandle{edge.node})
                                       : std::nullopt,
                             edge.output);
        return edges;
      });
  module.def("grad_fn", &nodeOf);
  module.def("keep_in_node", &keepInNode);
  // A custom Function's result that is a view in torch: what may be written of it.
  module.def("mark_view", [](const Tensor &tensor, const Tensor &view, bool several) {
    agc::Object *object = knownOf(tensor);
    object->creation = several ? CreationMeta::MultiOutput : CreationMeta::CustomFunction;
    object->shows = knownOf(view);
    object->counter = object->shows->counter;
    object->gradFnVersion = object->counter->current;
  });
  // One count of writes for two objects whose memory is the same, where nothing else tells of it.
  module.def("share_version", [](const Tensor &tensor, const Tensor &other) {
    knownOf(tensor)->counter = knownOf(other)->counter;
  });
  // What torch calls the node of a result, where several ops compute what is one there.
  module.def("name_node", [](const Tensor &tensor, const std::string &name) {
    if (std::optional<NodeHandle> node = nodeOf(tensor))
      node->node->name = name;
  });
  // What counts the writes to a result that torch makes with fewer or with more of them. Nothing
  // may have saved it yet.
  module.def("set_version", [](const Tensor &tensor, int64_t version) {
    agc::Object *object = knownOf(tensor);
    object->counter->current = version;
    object->counter->writes.resize(version, object->loc);
  });
  // What torch's node keeps for backward of a call that several ops compute here. Of a result that
  // was written the node is the write's.
  module.def("save_for_backward",
             [](const Tensor &tensor, const std::vector<Tensor> &kept, bool written, bool flat) {
               trace::Trace &trace = trace::Trace::current(here());
               agc::Object *result = knownOf(tensor);
               agc::Node *node = written && result->base ? result->base->gradFn : result->gradFn;
               if (node && written && node->inner)
                 node = node->inner;
               for (const Tensor &object : llvm::reverse(kept))
                 if (node)
                   trace.getAutograd().saveBesides(node, knownOf(object), flat);
             });
  // The tensor was computed from others, which are no arguments of its node.
  module.def("add_sources", [](const Tensor &tensor, const std::vector<Tensor> &sources) {
    trace::Trace &trace = trace::Trace::current(here());
    if (agc::Node *node = knownOf(tensor)->gradFn)
      for (const Tensor &source : sources)
        trace.getAutograd().addSource(node, knownOf(source));
  });
  // What torch's one node saves nothing for: see AutogradState::forgetSaved.
  module.def("next_sequence",
             [] { return trace::Trace::current(here()).getAutograd().nextSequence(); });
  module.def("forget_saved", [](const Tensor &tensor, int64_t since) {
    trace::Trace::current(here()).getAutograd().forgetSaved(knownOf(tensor), since);
  });
  module.def("base_id", [](const Tensor &tensor) { return uint64_t(knownOf(tensor)->base); });
  module.def("leaf_of", [](const NodeHandle &node) {
    return objectOf(session::tensorOf(node.node->leaf, here()));
  });
  module.def("base_of",
             [](const Tensor &tensor) { return objectOf(session::baseOf(tensor, here())); });
  module.def("is_inference", [](const Tensor &tensor) { return knownOf(tensor)->isInference; });
  module.def("is_inference_mode",
             [] { return trace::Trace::current(here()).getAutograd().isInference(); });
  module.def("set_inference_mode", [](bool enabled) {
    trace::Trace::current(here()).getAutograd().setInference(enabled);
  });
  module.def("detect_anomaly", &session::detectAnomaly);
  module.def("detects_anomaly", &session::detectsAnomaly);
  bindHistory(module);
  bindGuard<agt::GradMode::NoGrad>(module, "NoGrad");
  bindGuard<agt::GradMode::EnableGrad>(module, "EnableGrad");
  module.def("storage_count",
             [] { return trace::Trace::current(here()).getAutograd().numStorages(); });
  module.def("enter_transform", [](const Tensors &given) {
    trace::Trace &trace = trace::Trace::current(here());
    trace.getAutograd().enterTransform(llvm::map_to_vector(
        given, [&](const Tensor &tensor) { return trace.known(tensor.impl(), here()); }));
  });
  module.def("leave_transform",
             [] { trace::Trace::current(here()).getAutograd().leaveTransform(); });
  module.def("exchange_oldest_written", [](unsigned number) {
    return trace::Trace::current(here()).getAutograd().exchangeOldestWritten(number);
  });
  module.def("synchronize", [] { session::synchronize(here()); });
  module.def("stats", [] {
    const session::Stats &stats = session::stats();
    return nb::make_tuple(stats.recorded, stats.segments, stats.compiles, stats.hits,
                          stats.compileSeconds, stats.runSeconds);
  });
}

} // namespace agc::python
