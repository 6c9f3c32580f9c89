// What a check knows of tensors and of the graph, as plain data.
#include "compiler/Session/Checked.h"

using namespace mlir;

namespace agc::session {
namespace {

uint64_t idOf(const void *pointer) { return reinterpret_cast<uint64_t>(pointer); }

/// Makes the story of nodes, each once.
class Nodes {
public:
  Nodes(const Advice &advice, Story &story) : advice(advice), story(story) {}

  uint64_t add(const Node *node) {
    SmallVector<const Node *> stack;
    auto visit = [&](const Node *node) {
      if (node && seen.insert(node).second)
        stack.push_back(node);
    };
    visit(node);
    while (!stack.empty()) {
      const Node *next = stack.pop_back_val();
      story.nodes.push_back(storyOf(next));
      for (const Edge &edge : next->next)
        visit(edge.node);
    }
    return idOf(node);
  }

private:
  NodeStory storyOf(const Node *node) const {
    NodeStory made{idOf(node), node->name, asPlace(node->loc), {}, {}, advice.isExecuted(node), {}};
    for (const Edge &edge : node->next)
      if (edge.node)
        made.next.push_back(idOf(edge.node));
    const Node *saver = node->inner ? node->inner : node;
    for (const Saved &saved : saver->saved)
      if (saved.object && !saved.isSource)
        made.saved.push_back({idOf(saved.object), saved.isOutput});
    if (node->freedBy)
      made.freedBy = asPlace(*node->freedBy);
    return made;
  }

  const Advice &advice;
  Story &story;
  llvm::DenseSet<const Node *> seen;
};

} // namespace

Story Checked::tell() {
  Story story;
  Nodes nodes(advice, story);
  for (const Deed &deed : chronicle.getDeeds()) {
    if (deed.kind == Deed::Write)
      continue;
    for (agc::Object *object : deed.results) {
      TensorStory made = {};
      made.id = idOf(object);
      made.place = asPlace(deed.loc);
      made.op = deed.name;
      for (const agc::Object *input : deed.inputs)
        made.inputs.push_back(idOf(input));
      ArrayRef<int64_t> shape = object->type.getShape();
      made.shape.assign(shape.begin(), shape.end());
      made.dtype = dtypeText(object->type.getElementType()).str();
      // A view whose base was written since still is what its op made of it.
      Node *node = autograd.isHistoryStale(object)
                       ? object->gradFn
                       : llvm::cantFail(autograd.gradFn(object, object->loc));
      made.isLeaf = !node;
      made.requiresGrad = autograd.requiresGrad(object);
      made.retainsGrad = object->retainsGrad;
      made.node = nodes.add(node ? node : object->accumulator);
      made.version = autograd.version(object);
      for (Location write : object->counter->writes)
        made.writes.push_back(asPlace(write));
      made.bytes = object->layout.numElements() * elementBytes(object->type);
      made.grad = idOf(object->grad);
      for (const Note &note : advice.whyNoGrad(object))
        made.whyNoGrad.push_back({asPlace(note.loc), note.text});
      story.tensors.push_back(std::move(made));
    }
  }
  return story;
}

} // namespace agc::session
