// What the page hands over (words, addresses, targets), and how the desk's endpoints are asked.

export class Trouble extends Error {
  // kind: offline | session | refused
  constructor (kind, message, status = 0) {
    super(message)
    this.kind = kind
    this.status = status
  }
}

export class Desk {
  constructor (form) {
    this.form = form
    this.data = JSON.parse(form.dataset.editor)
    this.words = this.data.words
    this.addresses = this.data.addresses
  }

  // Words with %(named)s places.
  say (name, places = {}) {
    return (this.words[name] ?? name).replace(/%\((\w+)\)s/g, (_all, key) => places[key] ?? '')
  }

  field (name) {
    return this.form.elements.namedItem(name)
  }

  get token () {
    const pair = document.cookie.split('; ').find(item => item.startsWith(`${this.data.cookie}=`))
    return pair ? decodeURIComponent(pair.slice(this.data.cookie.length + 1)) : this.field('csrfmiddlewaretoken')?.value
  }

  // A new session brings a new token: every form of the page gets it.
  refreshTokens () {
    for (const input of document.querySelectorAll('input[name=csrfmiddlewaretoken]')) input.value = this.token
  }

  url (name, query) {
    const address = new URL(this.addresses[name], location.href)
    for (const [key, value] of Object.entries(query ?? {})) address.searchParams.set(key, value)
    return address
  }

  async ask (url, { method = 'POST', body, signal, keepalive = false } = {}) {
    let answer
    const headers = { Accept: 'application/json', 'X-CSRFToken': this.token ?? '' }
    try {
      answer = await fetch(url, { method, body, signal, keepalive, headers, credentials: 'same-origin', redirect: 'manual' })
    } catch (error) {
      if (error.name === 'AbortError') throw error
      throw new Trouble('offline', this.words.offline)
    }
    const isJson = answer.headers.get('Content-Type')?.startsWith('application/json')
    if (answer.type === 'opaqueredirect' || answer.status === 401 || (answer.status === 403 && !isJson)) {
      throw new Trouble('session', this.words.session, answer.status)
    }
    const told = isJson ? await answer.json() : {}
    if (!answer.ok) throw new Trouble('refused', told.error ?? this.words.failed, answer.status)
    return told
  }
}

export function body (fields) {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}

// An input method is at work: its Enter, Escape and arrows are not ours (229: Safari sends Enter after the end).
export const isComposing = event => event.isComposing || event.keyCode === 229

export function debounce (act, wait) {
  let timer = 0
  const later = (...args) => {
    clearTimeout(timer)
    timer = setTimeout(act, typeof wait === 'function' ? wait() : wait, ...args)
  }
  later.cancel = () => clearTimeout(timer)
  return later
}

export function make (name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key in element && typeof value !== 'string') element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children.filter(child => child != null))
  return element
}

export function remember (key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key)
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    return null // a full or forbidden store: the page works without it
  }
  return value
}
