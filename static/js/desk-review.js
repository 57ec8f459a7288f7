// The review page: a passage is chosen in the text as readers see it, notes are marked there without touching its HTML.

const PARTS = 'h1, .standfirst, .box > :not(.box-title), figure.cover figcaption, .prose'
const BEFORE = 30
const LONGEST = 500
const PAUSE = 120
const isCalm = matchMedia('(prefers-reduced-motion: reduce)')

// The words of the text without white space, and where each of them stands.
class Words {
  constructor (page) {
    this.page = page
    this.nodes = []
    this.starts = []
    this.offsets = []
    let tight = ''
    for (const part of page.querySelectorAll(PARTS)) {
      const walker = page.createTreeWalker(part, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const { data } = walker.currentNode
        const kept = []
        let own = ''
        for (let at = 0; at < data.length; at++) {
          if (/\s/.test(data[at])) continue
          own += data[at]
          kept.push(at)
        }
        if (!own) continue
        this.nodes.push(walker.currentNode)
        this.starts.push(tight.length)
        this.offsets.push(kept)
        tight += own
      }
    }
    this.tight = tight
  }

  find (quote, before) {
    const [wanted, lead] = [tighten(quote), tighten(before)]
    if (!wanted) return null
    const exact = lead ? this.tight.indexOf(lead + wanted) : -1
    const at = exact >= 0 ? exact + lead.length : this.tight.indexOf(wanted)
    return at < 0 ? null : this.range(at, at + wanted.length)
  }

  range (from, to) {
    const range = this.page.createRange()
    const [first, start] = this.place(from)
    const [last, end] = this.place(to - 1)
    range.setStart(this.nodes[first], this.offsets[first][start])
    range.setEnd(this.nodes[last], this.offsets[last][end] + 1)
    return range
  }

  place (at) {
    let [low, high] = [0, this.starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.starts[middle] <= at) low = middle
      else high = middle - 1
    }
    return [low, at - this.starts[low]]
  }

  // What a selection holds of the text: {quote, before, range}; null when it holds none of it.
  chosen (selected) {
    let [quote, before, block, first, last] = ['', '', null, null, null]
    for (const node of this.nodes) {
      if (!selected.intersectsNode(node)) {
        if (!first) before += node.data
        continue
      }
      const start = node === selected.startContainer ? selected.startOffset : 0
      const end = node === selected.endContainer ? selected.endOffset : node.data.length
      const words = node.data.slice(start, end)
      if (!first) before += node.data.slice(0, start)
      if (!words.trim()) continue
      const own = blockOf(node)
      quote += (block && own !== block ? '\n' : '') + words
      block = own
      first ??= [node, start]
      last = [node, end]
    }
    quote = quote.replace(/[^\S\n]+/g, ' ').replace(/\s*\n\s*/g, '\n').trim()
    if (!quote) return null
    const range = this.page.createRange()
    range.setStart(...first)
    range.setEnd(...last)
    return { quote: cut(quote), before: tighten(before).slice(-BEFORE), range }
  }
}

const tighten = words => words.replace(/\s+/g, '')
const cut = words => [...words].slice(0, LONGEST).join('')
const blockOf = node => node.parentElement.closest('p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd, pre, figcaption, blockquote, div')

class Frame {
  constructor (section) {
    this.section = section
    this.frame = section.querySelector('iframe')
    this.pick = section.querySelector('[data-pick]')
    this.ranges = new Map()
    this.frame.addEventListener('load', () => this.open())
    if (this.page?.querySelector('main')) this.open()
    section.querySelector('[data-hint]').hidden = false
    section.querySelector('[data-phone]').addEventListener('click', event => this.narrow(event.currentTarget))
    this.pick.addEventListener('pointerdown', event => event.preventDefault()) // the selection stays
    this.pick.addEventListener('click', () => this.write())
    document.addEventListener('notes:changed', () => this.mark())
    document.addEventListener('notes:jump', event => this.jump(event.detail.id))
  }

  get page () { return this.frame.contentDocument }
  get view () { return this.frame.contentWindow }

  open () {
    const { page } = this
    if (!page?.querySelector('main') || this.words?.page === page) return
    this.words = new Words(page)
    new this.view.ResizeObserver(() => this.fit()).observe(page.documentElement)
    for (const image of page.images) image.addEventListener('load', () => this.fit())
    page.addEventListener('selectionchange', () => {
      clearTimeout(this.later)
      this.later = setTimeout(() => this.offer(), PAUSE)
    })
    page.addEventListener('click', event => this.clicked(event))
    page.addEventListener('keydown', event => this.keyed(event))
    document.addEventListener('keydown', event => this.keyed(event))
    new MutationObserver(() => this.dress()).observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.section.classList.add('is-live')
    this.dress()
    this.fit()
    this.mark()
    document.fonts?.ready.then(() => this.fit())
    if (location.hash.startsWith('#note-')) document.dispatchEvent(new CustomEvent('notes:show', { detail: location.hash.slice(6) }))
  }

  fit () {
    this.frame.style.height = `${Math.ceil(this.page.documentElement.getBoundingClientRect().height)}px`
  }

  // The site follows the reader's system; here its dark rules follow the theme chosen for the desk.
  dress () {
    const theme = document.documentElement.dataset.theme
    const asked = { dark: 'all', light: 'not all' }[theme] ?? '(prefers-color-scheme: dark)'
    this.dark ??= [...this.page.styleSheets].flatMap(sheet => [...sheet.cssRules])
      .filter(rule => rule instanceof this.view.CSSMediaRule && rule.media.mediaText.includes('prefers-color-scheme: dark'))
    for (const rule of this.dark) rule.media.mediaText = asked
    this.page.documentElement.style.colorScheme = { dark: 'dark', light: 'light' }[theme] ?? 'light dark'
  }

  narrow (button) {
    const on = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(on))
    this.section.classList.toggle('is-phone', on)
  }

  // --- choosing a passage

  chosen () {
    const selection = this.page.getSelection()
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null
    return this.words.chosen(selection.getRangeAt(0))
  }

  offer () {
    const found = this.chosen()
    this.pick.hidden = !found
    if (!found) return
    const rects = [...found.range.getClientRects()].filter(rect => rect.width)
    const rect = rects.at(-1) ?? found.range.getBoundingClientRect()
    const { offsetLeft, offsetTop, clientWidth } = this.frame
    const left = Math.min(rect.left, clientWidth - this.pick.offsetWidth - 8)
    this.pick.style.left = `${offsetLeft + Math.max(8, left)}px`
    this.pick.style.top = `${offsetTop + rect.bottom + 10}px`
  }

  write () {
    const found = this.chosen()
    if (!found) return
    this.light('notes-now', [found.range])
    this.page.getSelection().removeAllRanges()
    this.pick.hidden = true
    document.dispatchEvent(new CustomEvent('notes:write', { detail: { quote: found.quote, before: found.before } }))
  }

  keyed (event) {
    if (event.isComposing || event.code !== 'KeyM' || !event.altKey || !(event.ctrlKey || event.metaKey)) return
    if (!this.chosen()) return
    event.preventDefault()
    this.write()
  }

  // --- notes at their passages

  mark () {
    if (!this.words) return
    this.ranges.clear()
    const lit = { notes: [], 'notes-must': [] }
    for (const note of document.querySelectorAll('[data-note]')) {
      const quote = note.querySelector('[data-quote]')
      const range = quote && this.words.find(quote.textContent, note.dataset.before)
      note.querySelector('[data-jump]').hidden = !range
      note.classList.toggle('has-place', Boolean(range))
      if (!range) continue
      this.ranges.set(note.dataset.note, range)
      if (note.matches('.note-settled')) continue
      lit[note.matches('.note-must') ? 'notes-must' : 'notes'].push(range)
    }
    for (const [name, ranges] of Object.entries(lit)) this.light(name, ranges)
    this.light('notes-now', [])
  }

  light (name, ranges) {
    const { CSS, Highlight } = this.view
    if (CSS?.highlights && Highlight) CSS.highlights.set(name, new Highlight(...ranges))
  }

  jump (id) {
    const range = this.ranges.get(id)
    if (!range) return
    const top = range.getBoundingClientRect().top + this.frame.getBoundingClientRect().top + scrollY
    scrollTo({ top: top - innerHeight / 3, behavior: isCalm.matches ? 'auto' : 'smooth' })
    this.light('notes-now', [range])
    clearTimeout(this.fading)
    this.fading = setTimeout(() => this.light('notes-now', []), 2400)
  }

  clicked (event) {
    const link = event.target.closest?.('a[href]')
    if (link) return this.follow(event, link)
    if (!this.page.getSelection().isCollapsed) return
    const caret = this.page.caretPositionFromPoint?.(event.clientX, event.clientY) ?? this.page.caretRangeFromPoint?.(event.clientX, event.clientY)
    if (!caret) return
    const [node, offset] = [caret.offsetNode ?? caret.startContainer, caret.offset ?? caret.startOffset]
    const hit = [...this.ranges].filter(([, range]) => range.isPointInRange(node, offset))
    hit.sort((one, other) => one[1].toString().length - other[1].toString().length)
    if (hit.length) document.dispatchEvent(new CustomEvent('notes:show', { detail: hit[0][0] }))
  }

  // A place on the same page: in a frame without an address of its own the link would lead to the desk.
  follow (event, link) {
    if (!link.getAttribute('href').startsWith('#')) return
    event.preventDefault()
    this.page.getElementById(decodeURIComponent(link.hash.slice(1)))?.scrollIntoView({ block: 'center' })
  }
}

for (const section of document.querySelectorAll('[data-frame]')) new Frame(section)

// A second click on the same decision is no second decision.
document.addEventListener('submit', event => {
  const form = event.target.closest('form[data-once]')
  if (!form) return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = '1'
})
addEventListener('pageshow', () => { for (const form of document.querySelectorAll('form[data-once]')) delete form.dataset.sent })

// What can be decided stands at the foot, follows the notes, and leaves room for the text above it.
class Bar {
  constructor (bar) {
    this.bar = bar
    new ResizeObserver(() => document.documentElement.style.setProperty('--rv-bar', `${bar.offsetHeight}px`)).observe(bar)
    document.addEventListener('notes:changed', () => this.refresh())
    document.addEventListener('click', event => { if (!bar.contains(event.target)) this.close() })
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !event.isComposing) this.close()?.focus()
    })
  }

  close () {
    const fold = this.bar.querySelector('details[open]')
    if (fold) fold.open = false
    return fold?.querySelector('summary')
  }

  get isBusy () {
    return this.bar.contains(document.activeElement) || [...this.bar.querySelectorAll('textarea')].some(field => field.value)
  }

  async refresh () {
    const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null)
    if (!answer?.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-bar]')
    if (fresh && !this.isBusy) this.bar.replaceChildren(...document.importNode(fresh, true).childNodes)
  }
}

for (const bar of document.querySelectorAll('[data-bar]')) new Bar(bar)

// What the checks find stands in the page, unless the verdict is older than the text or the rules: then it is asked for.
async function checkNow (section) {
  const link = section.querySelector('a[href]')
  const answer = link && await fetch(link.href, { credentials: 'same-origin' }).catch(() => null)
  if (!answer?.ok || answer.redirected) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-panel-findings]')
  if (fresh) section.querySelector('[data-panel-findings]').replaceWith(document.importNode(fresh, true))
}

document.querySelectorAll('[data-findings][data-old]').forEach(checkNow)
