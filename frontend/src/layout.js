// Text, text and page side by side, the page alone, or what the checks find beside the text; one of them where it is narrow.
import { make, remember } from './desk.js'

const KEY = 'editorial:view'
const WIDE = window.matchMedia('(min-width: 1100px)')

export class Layout {
  constructor (desk, room, onChange) {
    this.room = room
    this.words = desk.words
    this.onChange = onChange
    this.views = ['text', 'both', 'page', ...(room.querySelector('[data-findings]') ? ['checks'] : [])]
    this.buttons = this.views.map(view => make('button', {
      type: 'button', 'aria-pressed': 'false', 'data-view': view, onclick: () => this.choose(view),
    }, desk.words[`view_${view}`]))
    this.element = make('div', { class: 'ed-views', role: 'group', 'aria-label': desk.words.views }, ...this.buttons)
    WIDE.addEventListener('change', () => this.show())
  }

  // The choice for wide screens is remembered; a narrow one always begins with the text.
  choose (view) {
    if (WIDE.matches) remember(KEY, view)
    else this.narrow = view
    this.show()
  }

  // The view that has the text in it, for a jump from one that has not.
  get withText () {
    if (!WIDE.matches) return 'text'
    return this.room.dataset.view === 'page' ? 'both' : this.room.dataset.view
  }

  // How much the checks have found, in the button that leads to it.
  count (number) {
    const button = this.buttons.find(one => one.dataset.view === 'checks')
    if (button) button.textContent = number ? `${this.words.view_checks} ${number}` : this.words.view_checks
  }

  show () {
    const wide = remember(KEY)
    const view = WIDE.matches ? (this.views.includes(wide) ? wide : 'both') : (this.narrow ?? 'text')
    this.room.dataset.view = view
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset.view === view))
    this.onChange(view)
  }
}
