// The link dialog: an article of our own by its title, or any address.
import { debounce, isComposing, make } from './desk.js'
import { cancelButton, dialog, okButton } from './dialogs.js'
import { insert, linkText } from './markdown.js'

export class Links {
  constructor (desk) {
    this.desk = desk
  }

  async ask (view) {
    const { words } = this.desk
    const place = view.state.selection.main
    const selected = view.state.sliceDoc(place.from, place.to)
    const chosen = await this.open(selected, words)
    if (chosen) insert(view, linkText(view, chosen.text || chosen.address, chosen.address), place)
    else view.focus()
  }

  open (selected, words) {
    const isAddress = /^https?:\/\/\S+$/.test(selected)
    const query = make('input', {
      type: 'text', id: 'ed-find', role: 'combobox', autocomplete: 'off', 'aria-expanded': 'false', 'aria-autocomplete': 'list',
      'aria-controls': 'ed-found', placeholder: words.find_placeholder,
    })
    const list = make('ul', { id: 'ed-found', role: 'listbox', 'aria-label': words.found, class: 'ed-found' })
    const state = make('p', { role: 'status', class: 'ed-state' })
    const text = make('input', { type: 'text', id: 'ed-link-text' })
    const address = make('input', { type: 'text', id: 'ed-link-address', inputmode: 'url', autocomplete: 'off' })
    text.value = isAddress ? '' : selected
    address.value = isAddress ? selected : ''
    const { form, close, closed } = dialog(this.desk, words.link_title, [
      make('label', { for: 'ed-find' }, words.find_label), query, list, state,
      make('label', { for: 'ed-link-text' }, words.link_text), text,
      make('label', { for: 'ed-link-address' }, words.link_address), address,
      make('p', { class: 'help' }, words.link_help),
    ], [okButton(words.insert), cancelButton(this.desk)])
    form.addEventListener('submit', event => {
      event.preventDefault()
      const wanted = proper(address.value)
      address.setCustomValidity(wanted ? '' : words.link_wrong)
      if (wanted) close({ text: text.value.trim(), address: wanted })
      else address.reportValidity()
    })
    address.addEventListener('input', () => address.setCustomValidity(''))
    form.noValidate = true
    const pick = article => {
      address.value = article.path
      if (!text.value.trim()) text.value = article.title
      show([])
      state.textContent = this.desk.say('picked', { title: article.title })
      form.querySelector('.primary').focus()
    }
    const show = articles => {
      list.replaceChildren(...articles.map((article, at) => option(article, at, pick)))
      query.setAttribute('aria-expanded', String(articles.length > 0))
      query.removeAttribute('aria-activedescendant')
    }
    const search = debounce(() => this.find(query.value, show, state), 250)
    query.addEventListener('input', event => { if (!event.isComposing) search() })
    query.addEventListener('compositionend', search)
    query.addEventListener('keydown', event => step(event, query, list))
    this.find('', show, state)
    query.focus()
    return closed
  }

  async find (query, show, state) {
    this.request?.abort()
    this.request = new AbortController()
    try {
      const { articles } = await this.desk.ask(this.desk.url('find', { q: query }), { method: 'GET', signal: this.request.signal })
      show(articles)
      state.textContent = articles.length ? this.desk.say('found_count', { count: articles.length }) : this.desk.words.found_none
    } catch (trouble) {
      if (trouble.name !== 'AbortError') { show([]); state.textContent = trouble.message }
    }
  }
}

function option (article, at, pick) {
  return make('li', { role: 'option', id: `ed-found-${at}`, 'aria-selected': 'false', onclick: () => pick(article) },
    make('span', { class: 'ed-found-title' }, article.title),
    make('span', { class: 'quiet' }, [article.status, article.date].filter(Boolean).join(' · ')))
}

function step (event, query, list) {
  const options = [...list.children]
  if (isComposing(event) || !options.length) return
  const at = options.findIndex(item => item.getAttribute('aria-selected') === 'true')
  if (event.key === 'Enter' && at >= 0) { event.preventDefault(); options[at].click(); return }
  const next = { ArrowDown: (at + 1) % options.length, ArrowUp: (at <= 0 ? options.length : at) - 1 }[event.key]
  if (next === undefined) return
  event.preventDefault()
  options.forEach((item, number) => item.setAttribute('aria-selected', String(number === next)))
  query.setAttribute('aria-activedescendant', options[next].id)
  options[next].scrollIntoView({ block: 'nearest' })
}

// A path of our site, a fragment, or an address of the web or of a mailbox; www.… gets its scheme.
function proper (value) {
  const address = value.trim()
  if (/^(\/(?!\/)|#|mailto:|https?:\/\/)\S/.test(address)) return address
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(address) ? `https://${address}` : ''
}
