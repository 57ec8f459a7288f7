// CodeMirror over the textarea of the body: the textarea stays the field of the form and holds the same text.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands'
import { deleteMarkupBackward, insertNewlineContinueMarkup, markdownLanguage } from '@codemirror/lang-markdown'
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting, syntaxTree } from '@codemirror/language'
import { search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Prec } from '@codemirror/state'
import { Decoration, dropCursor, EditorView, highlightSpecialChars, keymap, MatchDecorator, ViewPlugin } from '@codemirror/view'
import { tags } from '@lezer/highlight'

// Class names; the colours of both themes stand in static/css/desk-editor.css.
const colours = HighlightStyle.define([
  { tag: tags.heading1, class: 'ed-heading ed-h1' },
  { tag: tags.heading2, class: 'ed-heading ed-h2' },
  { tag: [tags.heading3, tags.heading4, tags.heading5, tags.heading6], class: 'ed-heading' },
  { tag: tags.strong, class: 'ed-strong' },
  { tag: tags.emphasis, class: 'ed-em' },
  { tag: tags.strikethrough, class: 'ed-gone' },
  { tag: tags.link, class: 'ed-link' },
  { tag: [tags.url, tags.labelName], class: 'ed-url' },
  { tag: tags.quote, class: 'ed-quote' },
  { tag: tags.monospace, class: 'ed-code' },
  { tag: [tags.processingInstruction, tags.contentSeparator], class: 'ed-mark' },
  { tag: [tags.comment, tags.tagName, tags.angleBracket, tags.attributeName, tags.attributeValue], class: 'ed-html' },
  { tag: [tags.escape, tags.character], class: 'ed-mark' },
])

export function surface (desk, { textarea, label, hint, keys, extensions }) {
  const language = new Compartment()
  const attributes = new Compartment()
  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        Prec.high(keymap.of(keys)),
        history(),
        highlightSpecialChars(),
        wideSpaces,
        dropCursor(),
        bracketMatching({ brackets: '()[]「」『』（）【】' }),
        search({ top: true }),
        EditorView.lineWrapping,
        EditorState.phrases.of(desk.data.phrases),
        indentUnit.of('    '), // two are not enough below a number
        syntaxHighlighting(colours),
        language.of(markdownLanguage),
        attributes.of([]),
        keymap.of([
          { key: 'Enter', run: insertNewlineContinueMarkup },
          { key: 'Backspace', run: deleteMarkupBackward },
          { key: 'Tab', run: inList(indentMore), shift: inList(indentLess) },
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap.filter(binding => binding.key !== 'Mod-/' && binding.key !== 'Alt-A'),
        ]),
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-labelledby': label.id, 'aria-describedby': hint.id }),
        EditorView.updateListener.of(update => {
          if (!update.docChanged) return
          textarea.value = update.state.doc.toString()
          textarea.dispatchEvent(new Event('input', { bubbles: true }))
        }),
        ...extensions,
      ],
    }),
  })
  const settle = () => {
    const format = desk.field('format')?.value ?? 'markdown'
    const lang = desk.field('lang')?.value || desk.data.lang
    view.dispatch({
      effects: [
        language.reconfigure(format === 'html' ? [] : markdownLanguage),
        attributes.reconfigure(EditorView.contentAttributes.of({
          lang, spellcheck: 'true', autocorrect: 'off', autocapitalize: 'off', 'data-format': format,
        })),
      ],
    })
  }
  for (const name of ['format', 'lang']) desk.field(name)?.addEventListener('change', settle)
  settle()
  return view
}

// Put another text into the editor, as one step that can be undone.
export function rewrite (view, text) {
  if (view.state.doc.toString() === text) return
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: 'input' })
}

// Tab goes on to the next field, but in a list it moves the item; Escape, then Tab leaves from there (tabFocusMode).
function inList (command) {
  return view => {
    for (let at = syntaxTree(view.state).resolveInner(view.state.selection.main.head, -1); at; at = at.parent) {
      if (at.name === 'ListItem') return command(view)
    }
    return false
  }
}

// A wide blank is marked, not replaced: an input method writes it in the middle of its own text.
const wide = new MatchDecorator({ regexp: /\u3000+/g, decoration: Decoration.mark({ class: 'ed-wide-space' }) })
const wideSpaces = ViewPlugin.fromClass(class {
  constructor (view) { this.decorations = wide.createDeco(view) }
  update (update) { this.decorations = wide.updateDeco(update, this.decorations) }
}, { decorations: plugin => plugin.decorations })
