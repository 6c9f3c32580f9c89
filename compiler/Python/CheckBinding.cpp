// What `agc check` asks of the session.
#include "compiler/Python/Convert.h"
#include "compiler/Session/Check.h"

namespace agc::python {
namespace {

using session::Finding;

nb::tuple placeOf(const session::Place &place) {
  auto [endLine, endColumn] = endOf(place.file, place.line, place.column);
  return nb::make_tuple(place.file, place.line, place.column, endLine, endColumn);
}

/// A place that Python has from here.
Where whereOf(nb::handle place) {
  return Where(internedFile(nb::cast<std::string>(place[0])), nb::cast<int>(place[1]),
               nb::cast<int>(place[2]));
}

Finding::Note noteOf(nb::handle note) {
  Where where = whereOf(note[0]);
  return {{where.file, where.line, where.column}, nb::cast<std::string>(note[1])};
}

nb::list notesOf(const std::vector<Finding::Note> &notes) {
  nb::list list;
  for (const Finding::Note &note : notes)
    list.append(nb::make_tuple(placeOf(note.place), note.text));
  return list;
}

nb::dict findingOf(const Finding &finding) {
  static const char *const severities[] = {"error", "warning", "remark"};
  nb::dict made;
  made["severity"] = severities[finding.severity];
  made["rule"] = finding.rule;
  made["place"] = placeOf(finding.place);
  made["text"] = finding.text;
  made["notes"] = notesOf(finding.notes);
  made["fix"] = nb::none();
  if (finding.fix)
    made["fix"] = nb::make_tuple(placeOf(finding.fix->place), finding.fix->text);
  made["out_of_place"] = finding.isOutOfPlace;
  return made;
}

nb::list placesOf(const std::vector<session::Place> &places) {
  nb::list list;
  for (const session::Place &place : places)
    list.append(placeOf(place));
  return list;
}

void bindStory(nb::module_ &module) {
  using session::NodeStory;
  using session::Story;
  using session::TensorStory;
  nb::class_<TensorStory>(module, "TensorStory")
      .def_ro("id", &TensorStory::id)
      .def_prop_ro("place", [](const TensorStory &t) { return placeOf(t.place); })
      .def_ro("op", &TensorStory::op)
      .def_ro("inputs", &TensorStory::inputs)
      .def_ro("shape", &TensorStory::shape)
      .def_ro("dtype", &TensorStory::dtype)
      .def_ro("is_leaf", &TensorStory::isLeaf)
      .def_ro("requires_grad", &TensorStory::requiresGrad)
      .def_ro("retains_grad", &TensorStory::retainsGrad)
      .def_ro("node", &TensorStory::node)
      .def_ro("version", &TensorStory::version)
      .def_prop_ro("writes", [](const TensorStory &t) { return placesOf(t.writes); })
      .def_ro("bytes", &TensorStory::bytes)
      .def_ro("grad", &TensorStory::grad)
      .def_prop_ro("why_no_grad", [](const TensorStory &t) { return notesOf(t.whyNoGrad); });
  nb::class_<NodeStory>(module, "NodeStory")
      .def_ro("id", &NodeStory::id)
      .def_ro("name", &NodeStory::name)
      .def_prop_ro("place", [](const NodeStory &n) { return placeOf(n.place); })
      .def_ro("next", &NodeStory::next)
      .def_prop_ro("saved",
                   [](const NodeStory &n) {
                     std::vector<std::pair<uint64_t, bool>> saved;
                     for (const NodeStory::Saved &one : n.saved)
                       saved.emplace_back(one.object, one.isResult);
                     return saved;
                   })
      .def_ro("is_executed", &NodeStory::isExecuted)
      .def_prop_ro("freed_by", [](const NodeStory &n) {
        return n.freedBy ? nb::object(placeOf(*n.freedBy)) : nb::none();
      });
  nb::class_<Story>(module, "Story")
      .def_ro("tensors", &Story::tensors)
      .def_ro("nodes", &Story::nodes);
  module.def("tell", &session::tell);
}

} // namespace

void bindCheck(nb::module_ &module) {
  bindStory(module);
  module.def("begin_check", [](nb::object isCaught, nb::object report) {
    trackColumns();
    session::beginCheck({[isCaught](const std::string &text) {
                           return nb::cast<bool>(isCaught(exceptionTypeOf(text), text));
                         },
                         [report](const Finding &finding) { report(findingOf(finding)); }});
  });
  module.def("end_check",
             [](const std::vector<session::Parameters> &groups) { session::endCheck(groups); });
  module.def("reads_grad", [](const Tensor &tensor) { session::readsGrad(tensor, here()); });
  module.def("enter_branch", [] { session::enterBranch(true); });
  module.def("leave_branch", [] { session::enterBranch(false); });
  module.def("take_numbers",
             [](const Tensor &tensor) { return session::takeNumbers(tensor, here()); });
  module.def("make_of_numbers", [](const Tensor &tensor, size_t taking) {
    session::makeOfNumbers(tensor, taking, here());
  });
  module.def(
      "refuse",
      [](std::string rule, const Tensor &subject, std::string text, nb::object place,
         nb::list notes, std::optional<int64_t> savedVersion) {
        session::Refusal refusal{std::move(rule), std::move(text)};
        for (nb::handle note : notes)
          refusal.notes.push_back(noteOf(note));
        refusal.savedVersion = savedVersion;
        session::refuse(refusal, subject, place.is_none() ? here() : whereOf(place));
      },
      nb::arg("rule"), nb::arg("subject"), nb::arg("text"), nb::arg("place") = nb::none(),
      nb::arg("notes") = nb::list(), nb::arg("saved_version") = nb::none());
  module.def("forget_numbers", &session::forgetNumbers);
  module.def("is_known", &session::isKnown);
  module.def("here", [] {
    Where where = here();
    return placeOf({where.file, where.line, where.column});
  });
}

} // namespace agc::python
