"""The templates managed in the console: made, edited, removed (and saved again), shared, copied, looked back on, and as files.

Imported when it is first opened (`managing.py`). Each wish of the screens becomes commands of the wire. What the relay answers comes as notices; a `conflict` is shown with both texts.
"""

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from opconsole.locale import date_time, tr
from opconsole.locale.refusals import refusal_text
from opconsole.state.changes import Changes, Refused, Slice, TemplateHistoryCame, TemplateSettled
from opconsole.state.template_draft import Draft, draft_of, save_of
from opconsole.state.template_folders import may_edit, my_scopes, scope_of
from opconsole.state.template_import import Scope
from opconsole.ui.controller import Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift
from opconsole.ui.templating import Templating
from opconsole.wire.cards import TemplateCard
from opconsole.wire.staff import DropTemplate, SaveTemplate, TemplateVersions
from opconsole.wire.templates import TemplateVersion

if TYPE_CHECKING:
    from opconsole.ui.screens.template_form import TemplateForm
    from opconsole.ui.screens.template_manager import TemplateManager

UNDO: Final = 20
"""So many removed templates can be brought back by key."""


class Management:
    def __init__(self, workspace: Workspace, shift: Shift, templating: Templating, start: Start) -> None:
        self._workspace = workspace
        self._view = workspace.view
        self._shift = shift
        self._picture = shift.store
        self._templating = templating
        self._start = start
        self._screen: TemplateManager | None = None
        self._form: TemplateForm | None = None
        self._saving: SaveTemplate | None = None
        """What the open form waits for."""
        self._removed: list[TemplateCard] = []
        """The last one last."""
        self._brought_back = ""
        self._person = self._picture.person

    def open(self, card: TemplateCard | None = None) -> None:
        from opconsole.ui.screens.template_manager import TemplateManager

        at = card.template if card is not None else ""
        self._screen = TemplateManager(self._view, self.wish, self._templating.preview, at)
        self._workspace.app.push_screen(self._screen)

    def changed(self, changes: Changes) -> None:
        if self._picture.person != self._person:  # what another removed is not ours to bring back
            self._person, self._removed = self._picture.person, []
        screen = self._screen
        if screen is None or not screen.is_mounted:
            return
        if changes.slices & (Slice.TEMPLATES | Slice.ME):
            screen.changed()
        for notice in changes.notices:
            match notice:
                case TemplateHistoryCame(history):
                    self._show_history(history)
                case TemplateSettled(command) if command is self._saving:
                    self._saved()
                case TemplateSettled(SaveTemplate() as command) if command.template == self._brought_back:
                    screen.point_at(command.template)
                case Refused(code, text, facts, SaveTemplate() as command) if command == self._saving:
                    self._refused(code, refusal_text(code, facts, text))
                case Refused(code, text, facts, SaveTemplate() | DropTemplate()):
                    screen.say(refusal_text(code, facts, text))

    # ------------------------------------------------------------ wishes

    def wish(self, wish: str, card: TemplateCard | None) -> None:
        match wish:
            case "new":
                scope = self._scope_like(card)
                self._edit(Draft(template=self._new_id(), scope=scope, group=card.group if card is not None else ""))
            case "edit" if card is not None and may_edit(self._picture, scope_of(card)):
                self._edit(draft_of(card, self._zone, card.template, card.edition))
            case "edit" | "copy" if card is not None:
                draft = draft_of(card, self._zone, self._new_id(), 0)
                self._edit(self._as_copy(draft))
            case "delete" if card is not None:
                self._delete(card)
            case "undo":
                self._undo()
            case "share" if card is not None:
                self._share(card)
            case "history" if card is not None:
                session = self._shift.session
                if session is None or not session.ask_template_history(card.template):
                    self._say(tr("There is no link to the relay now."))
            case "import" | "export":
                from opconsole.ui.template_exchange import TemplateExchange

                exchange = TemplateExchange(self._workspace, self._shift, self._start, self._say)
                (exchange.take if wish == "import" else exchange.give)()

    def _as_copy(self, draft: Draft) -> Draft:
        """Under a code of its own, mine, and without the favourite's key."""

        taken = {card.code.casefold() for card in self._picture.templates.values()}
        code = next(
            code for number in range(2, 10_000) if (code := f"{draft.code[:26]}-{number}").casefold() not in taken
        )
        return replace(draft, code=code, scope=Scope(owner=self._picture.me.login), hotkey="")

    def _edit(self, draft: Draft) -> None:
        from opconsole.ui.screens.template_form import TemplateForm

        self._saving = None
        self._form = TemplateForm(
            self._view,
            draft,
            self._scopes_for(draft),
            save=self._save,
            preview=self._templating.preview,
            others=lambda: list(self._picture.templates.values()),
            zone=self._zone,
        )
        self._workspace.app.push_screen(self._form)

    def _scopes_for(self, draft: Draft) -> list[Scope]:
        """What is shared already doesn't become one's own: others would lose it."""
        scopes = my_scopes(self._picture)
        return scopes if draft.scope.owner or not draft.edition else [each for each in scopes if not each.owner]

    def _save(self, draft: Draft, edition: int | None = None) -> bool:
        live = self._picture.link.is_live

        def make(command_id: str) -> SaveTemplate:
            save = save_of(draft, self._zone, command_id, edition)
            self._saving = save if live else None  # before it is sent: it may be refused at once
            return save

        if not self._shift.send(make):
            return False
        if not live:
            self._say(tr("Saved as soon as there is a link again."))
        return live

    def _saved(self) -> None:
        saved, self._saving = self._saving, None
        if self._form is not None and self._form.is_current:
            self._form.dismiss(None)
        self._form = None
        if saved is not None and self._screen is not None:
            self._say(tr("/{code} is saved.", code=saved.code))
            self._screen.point_at(saved.template)

    def _refused(self, code: str, sentence: str) -> None:
        self._saving = None
        form = self._form
        if form is None or not form.is_current:
            self._say(sentence)
            return
        form.refused(sentence)
        card = self._picture.templates.get(form.draft.template)
        if code == "conflict" and card is not None:
            self._ask_about_conflict(form, card)
        elif code == "no_such_template" and form.draft.edition and card is None:
            form.go_on(0)
            form.refused(tr("It was removed meanwhile: Ctrl+S saves it again."))

    def _ask_about_conflict(self, form: "TemplateForm", card: TemplateCard) -> None:
        from opconsole.ui.screens.template_conflict import TemplateConflict

        mine = form.written()
        theirs = draft_of(card, self._zone, card.template, card.edition)

        def chosen(choice: str | None) -> None:
            if choice == "mine":
                form.go_on(card.edition)
                form.action_save()
            elif choice == "theirs":
                form.dismiss(None)
            elif choice == "copy":
                form.dismiss(None)
                copy = self._as_copy(mine)

                self._edit(replace(copy, template=self._new_id(), edition=0))

        self._workspace.app.push_screen(TemplateConflict(self._view, mine, theirs, card), chosen)

    # ------------------------------------------------------------ removing, sharing

    def _delete(self, card: TemplateCard) -> None:
        def delete() -> None:
            if self._shift.send(lambda id_: DropTemplate(id=id_, template=card.template, edition=card.edition)):
                self._removed = [*self._removed, card][-UNDO:]
                self._say(tr("/{code} is removed: Z brings it back.", code=card.code))

        self._workspace.ask(tr("Remove the template /{code}?", code=card.code), tr("remove"), delete)

    def _undo(self) -> None:
        if not self._removed:
            self._say(tr("Nothing was removed here."))
            return
        card = self._removed.pop()
        self._brought_back = card.template
        draft = draft_of(card, self._zone, card.template, 0)
        if self._shift.send(lambda id_: save_of(draft, self._zone, id_)):
            self._say(tr("/{code} is back.", code=card.code))

    def _share(self, card: TemplateCard) -> None:
        """To whom; it moves there with its history, and its code stays."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy
        from opconsole.ui.screens.template_form import scope_name

        draft = draft_of(card, self._zone, card.template, card.edition)
        scopes = [each for each in self._scopes_for(draft) if each != draft.scope and not each.owner]
        if not scopes:
            self._say(tr("There is nobody with whom you may share it. Ask a supervisor."))
            return
        options = [Option(each, scope_name(each)) for each in scopes]

        def share(scope: Scope) -> None:

            moved = replace(draft, scope=scope)
            if self._shift.send(lambda id_: save_of(moved, self._zone, id_)):
                self._say(tr("/{code} is shared: {scope}.", code=card.code, scope=scope_name(scope)))

        picker: Picker[Scope] = Picker(
            self._view, tr("Share /{code} with", code=card.code), lambda query: fuzzy(options, query), small=True
        )
        self._workspace.pick(picker, lambda picked: share(picked.value))

    # ------------------------------------------------------------ looking back

    def _show_history(self, history: TemplateVersions) -> None:
        """Every edition, the newest first; Enter puts one into the form, from where it can be saved."""
        from opconsole.ui.screens.picker import Option, Picker, fuzzy
        from opconsole.ui.words import operator_name

        now = self._view.now()
        options = []
        for number, version in reversed(list(enumerate(history.versions, 1))):
            by = operator_name(self._picture.operators.get(version.by), version.by) or tr("the starter set")
            what = tr("removed") if version.dropped else version.title or version.code
            title = f"{date_time(version.at, now)} · {by} · {what}"
            options.append(Option(version, title, str(number), preview=version.text, disabled="—" * version.dropped))
        picker: Picker[TemplateVersion] = Picker(
            self._view,
            tr("History of the template"),
            lambda query: fuzzy(options, query),
            hint=tr("Enter brings it into the form · Esc closes"),
            preview=True,
        )
        self._workspace.pick(picker, lambda picked: self._restore(history.template, picked.value))

    def _restore(self, template: str, version: TemplateVersion) -> None:
        card = self._picture.templates.get(template)
        draft = draft_of(version, self._zone, template, card.edition if card is not None else 0)
        if card is not None and not may_edit(self._picture, scope_of(card)):
            self._say(tr("Only supervisors may do that with this template."))
            return
        if card is not None:  # where it is now, it stays
            draft = replace(draft, scope=scope_of(card))
        self._edit(draft)

    # ------------------------------------------------------------ inside

    @property
    def _zone(self) -> str:
        return self._picture.me.settings.tz

    def _new_id(self) -> str:
        session = self._shift.session
        return session.new_id() if session is not None else ""

    def _scope_like(self, card: TemplateCard | None) -> Scope:
        scope = scope_of(card) if card is not None else Scope(owner=self._picture.me.login)
        return scope if may_edit(self._picture, scope) else Scope(owner=self._picture.me.login)

    def _say(self, words: str) -> None:
        if self._screen is not None and self._screen.is_mounted:
            self._screen.say(words)
        else:
            self._workspace.say(words)
