// The page as readers will see it, beside the text: rendered by the server, shown in a frame with the site's styles.
// The frame has no script (sandbox) and inherits the page's policy; only the text inside is exchanged.
import { ensureSyntaxTree } from '@codemirror/language'
import { body, debounce, make, remember } from './desk.js'

const PAUSE = 500
const HIDDEN_PAUSE = 4000
const LONGEST_PARSE = 25
const SLOW = 1500
const PHONE = 'editorial:phone'

export class Preview {
  constructor (desk, tell, onMinutes) {
    this.desk = desk
    this.onMinutes = onMinutes
    this.view = null
    this.later = debounce(() => this.refresh(), () => this.isShown ? PAUSE : HIDDEN_PAUSE)
    this.state = make('p', { class: 'ed-preview-state', role: 'status' })
    this.frame = make('iframe', { class: 'ed-frame', title: desk.words.preview, sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox' })
    this.phone = make('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.narrow() }, desk.words.phone_width)
    this.element = make('section', { class: 'ed-preview', 'aria-label': desk.words.preview },
      make('div', { class: 'ed-preview-head' }, this.state, this.phone), make('div', { class: 'ed-frame-room' }, this.frame))
    if (remember(PHONE)) this.narrow()
    this.frame.addEventListener('load', () => this.furnish())
    this.frame.srcdoc = this.blank()
  }

  get isShown () { return this.element.offsetParent !== null }
  get page () { return this.frame.contentDocument }
  get scroller () { return this.page?.scrollingElement }

  blank () {
    const lang = this.desk.data.lang
    return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><base target="_blank">` +
      `<link rel="stylesheet" href="${this.desk.addresses.site_css}"></head><body></body></html>`
  }

  furnish () {
    const { page } = this
    if (!page) return
    if (this.prose?.ownerDocument === page) return
    this.title = page.createElement('h1')
    this.summary = page.createElement('p')
    this.prose = page.createElement('div')
    this.summary.className = 'standfirst'
    this.prose.className = 'prose'
    const head = page.createElement('header')
    head.className = 'article-head'
    head.append(this.title, this.summary)
    const article = page.createElement('article')
    article.className = 'article'
    article.append(head, this.prose)
    const main = page.createElement('main')
    main.className = 'wrap'
    main.style.paddingBlock = '1.5rem 3rem'
    main.append(article)
    page.body.replaceChildren(main)
    this.dress()
    new MutationObserver(() => this.dress()).observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.words()
    if (this.html !== undefined) this.show(this.html)
  }

  // The site follows the reader's system; here its dark rules follow the theme chosen for the desk.
  dress () {
    const theme = document.documentElement.dataset.theme
    const asked = { dark: 'all', light: 'not all' }[theme] ?? '(prefers-color-scheme: dark)'
    for (const rule of this.page.styleSheets[0]?.cssRules ?? []) {
      if (!(rule instanceof this.page.defaultView.CSSMediaRule)) continue
      if (rule.media.mediaText.includes('prefers-color-scheme: dark')) (this.dark ??= []).push(rule)
    }
    for (const rule of this.dark ?? []) rule.media.mediaText = asked
    this.page.documentElement.style.colorScheme = { dark: 'dark', light: 'light' }[theme] ?? 'light dark'
  }

  attach (view) {
    this.view = view
    const { form } = this.desk
    form.addEventListener('input', event => {
      if (['title', 'summary'].includes(event.target.name)) this.words()
      if (event.target.name === 'body') this.later()
    })
    form.addEventListener('ed:again', () => { if (this.isStale) this.refresh() })
    form.addEventListener('change', event => { if (['format', 'lang'].includes(event.target.name)) this.later() })
    view.scrollDOM.addEventListener('scroll', () => this.follow(), { passive: true })
    this.refresh()
  }

  // The pane was opened: show what was typed meanwhile.
  open () {
    if (this.isStale) this.refresh()
    else this.follow()
  }

  words () {
    if (!this.title) return
    const lang = this.desk.field('lang')?.value || this.desk.data.lang
    this.title.textContent = this.desk.field('title').value || this.desk.words.no_title
    this.summary.textContent = this.desk.field('summary').value
    this.summary.hidden = !this.summary.textContent.trim()
    for (const part of [this.title, this.summary, this.prose]) part.lang = lang
  }

  // One question at a time; what is typed meanwhile is asked about when the answer is there.
  async refresh () {
    this.later.cancel()
    this.isStale = true
    if (this.isAsking) return
    const source = this.desk.field('body').value
    if (source.length > this.desk.data.body_limit) return this.problem(this.desk.words.body_too_long)
    this.isAsking = true
    this.isStale = false
    let wait = 0
    const slow = setTimeout(() => { this.state.textContent = this.desk.words.rendering }, SLOW)
    try {
      const fields = { body: source, format: this.desk.field('format').value, lang: this.desk.field('lang').value }
      const told = await this.desk.ask(this.desk.url('preview'), { body: body(fields) })
      if (told.problem) this.problem(told.problem)
      else {
        this.problem('')
        this.show(told.html)
        this.onMinutes(told.minutes)
      }
    } catch (trouble) {
      this.problem(trouble.message)
      this.isStale = true
      wait = trouble.status === 429 ? 8000 : 0
      if (!wait) return
    } finally {
      clearTimeout(slow)
      this.isAsking = false
    }
    if (wait) setTimeout(() => this.refresh(), wait)
    else if (this.isStale) this.later()
  }

  problem (words) {
    this.state.textContent = words
    this.state.classList.toggle('is-wrong', Boolean(words))
    this.element.classList.toggle('is-old', Boolean(words))
  }

  show (html) {
    this.html = html
    if (!this.prose) return
    const { scrollTop } = this.scroller
    this.words()
    this.prose.innerHTML = html // came out of the one sanitising function
    for (const link of this.prose.querySelectorAll('a[href^="#"]')) this.inside(link)
    if (!this.prose.childNodes.length) this.prose.append(Object.assign(this.page.createElement('p'), { textContent: this.desk.words.empty }))
    this.scroller.scrollTop = scrollTop
    this.follow()
  }

  // A link to a place on the page: followed here, since in a frame without an address it would lead to the desk.
  inside (link) {
    const place = decodeURIComponent(link.hash.slice(1))
    link.removeAttribute('href')
    link.tabIndex = 0
    link.setAttribute('role', 'link')
    const go = () => this.page.getElementById(place)?.scrollIntoView({ block: 'center' })
    link.addEventListener('click', go)
    link.addEventListener('keydown', event => { if (event.key === 'Enter') go() })
  }

  narrow () {
    const on = this.phone.getAttribute('aria-pressed') !== 'true'
    this.phone.setAttribute('aria-pressed', String(on))
    this.element.classList.toggle('is-phone', on)
    remember(PHONE, on ? '1' : null)
  }

  // The block at the top of the text stands at the top of the page; between two marks the way is divided evenly.
  follow () {
    if (!this.prose || !this.isShown || this.isFollowing) return
    this.isFollowing = true
    requestAnimationFrame(() => {
      this.isFollowing = false
      const marks = this.marks()
      const { scrollDOM } = this.view
      const top = scrollDOM.scrollTop
      if (scrollDOM.scrollHeight <= scrollDOM.clientHeight + 1) return
      const next = marks.findIndex(mark => mark[0] > top)
      const [from, to] = next < 1 ? [marks.at(-1), marks.at(-1)] : [marks[next - 1], marks[next]]
      const part = to[0] > from[0] ? (top - from[0]) / (to[0] - from[0]) : 0
      this.scroller.scrollTop = from[1] + part * (to[1] - from[1])
    })
  }

  // Where the blocks of the text begin; worked out once for a text, and not at all when that takes long.
  places () {
    const { state } = this.view
    if (this.placed?.doc === state.doc) return this.placed
    const found = { doc: state.doc, blocks: [], headings: [] }
    const tree = ensureSyntaxTree(state, state.doc.length, LONGEST_PARSE)
    for (let node = tree?.topNode.firstChild; node; node = node.nextSibling) {
      if (['LinkReference', 'CommentBlock'].includes(node.name)) continue
      found.blocks.push(node.from)
      if (/Heading/.test(node.name)) found.headings.push(node.from)
    }
    if (tree) this.placed = found
    return found
  }

  // Pairs of heights: [in the editor, on the page].
  marks () {
    const { scrollDOM } = this.view
    const { blocks, headings } = this.places()
    const parts = [...this.prose.children]
    const shown = parts.filter(part => /^H[1-6]$/.test(part.tagName))
    const [places, elements] = blocks.length === parts.length ? [blocks, parts]
      : headings.length === shown.length ? [headings, shown] : [[], []]
    const offset = this.scroller.getBoundingClientRect().top
    const marks = [[0, 0]]
    places.forEach((place, at) => {
      marks.push([this.view.lineBlockAt(place).top, elements[at].getBoundingClientRect().top - offset - 16])
    })
    marks.push([scrollDOM.scrollHeight - scrollDOM.clientHeight, this.scroller.scrollHeight - this.scroller.clientHeight])
    return marks.filter((mark, at) => at === 0 || mark[0] > marks[at - 1][0])
  }
}
