"""Questions that can be read without a kernel: every option opens its feedback, and a live one is noted as answered."""

import html

import ipywidgets as widgets
from IPython.display import display

from privlab.lab import progress_file
from privlab.lab.exercise import find, quizzes
from privlab.lab.spoken import view_of
from privlab.language import translate


class Question(widgets.VBox):
    """A question with a button for each option; pressing one shows its feedback. `feedback` holds them in order."""

    def __init__(self, quiz):
        self.quiz = quiz
        self.question = translate(quiz.question)
        self.options = [(translate(text), right, translate(feedback)) for text, right, feedback in quiz.options]
        self.buttons, self.feedback, rows = [], [], []
        for number, (text, _right, _) in enumerate(self.options):
            button = widgets.Button(description="ABCDEFGH"[number], tooltip=text, layout=widgets.Layout(width="3em"))
            button.on_click(lambda _, number=number: self.answer(number))
            said = widgets.HTML()
            self.buttons.append(button)
            self.feedback.append(said)
            rows += [widgets.HBox([button, widgets.HTML(html.escape(text))]), said]
        super().__init__([widgets.HTML(f"<b>{html.escape(self.question)}</b>"), *rows])

    def answer(self, number: int) -> None:
        """Shows the feedback of option `number` and records whether the question is answered."""
        _, right, feedback = self.options[number]
        self.feedback[number].value = f'<div role="status">{"✓" if right else "✗"} {html.escape(feedback)}</div>'
        progress_file.record("quizzes", self.quiz.id, right)

    def static(self) -> str:
        """The question as HTML that needs no kernel: each option folds open to its feedback."""
        folded = "".join(
            f"<details><summary>{html.escape(text)}</summary>{'✓' if right else '✗'} {html.escape(feedback)}</details>"
            for text, right, feedback in self.options
        )
        return f"<p><b>{html.escape(self.question)}</b></p>{folded}"

    def plain(self) -> str:
        """The question as text."""
        return "\n".join([self.question, *(f"  {text}" for text, _, _ in self.options)])

    def _ipython_display_(self):
        display({**view_of(self), "text/html": self.static(), "text/plain": self.plain()}, raw=True)


def quiz(id: str) -> Question:
    """A `Question`, which displays itself. Raises KeyError for an unknown id."""
    return Question(find(quizzes, id))
