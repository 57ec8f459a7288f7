// What a page holds that could run or act and is not the house's own. Runs in the page or in one of its frames.
// The browser resolves the addresses, so no spelling hides a scheme; each property is read through its prototype,
// so that no <input name=attributes> hides its form from the check.
({ elements, attributes, article }) => {
  const getter = (proto, name) => { const get = Object.getOwnPropertyDescriptor(proto, name).get; return one => get.call(one) }
  const nameOf = getter(Element.prototype, 'localName'), attrsOf = getter(Element.prototype, 'attributes')
  const htmlOf = getter(Element.prototype, 'outerHTML'), shadowOf = getter(Element.prototype, 'shadowRoot')
  const insideOf = getter(HTMLTemplateElement.prototype, 'content'), base = getter(Node.prototype, 'baseURI')(document)
  const origin = new URL(base).origin // a frame without an address has that of its page
  const attr = (one, name) => Element.prototype.getAttribute.call(one, name) ?? ''
  const near = (one, words) => Element.prototype.closest.call(one, words)
  const resolved = value => { try { return new URL(value, base) } catch { return { protocol: 'none:' } } }
  const SCHEMES = ['http:', 'https:', 'mailto:', 'none:']
  const OURS = '.factor-steps a[href^="otpauth://totp/Editorial"]' // the key of a second factor, for the phone
  const ADDRESSES = ['href', 'src', 'xlink:href', 'action', 'formaction', 'data', 'poster', 'background', 'cite', 'ping',
    'longdesc', 'lowsrc', 'dynsrc', 'usemap', 'from', 'to', 'values', 'manifest', 'codebase', 'srcdoc']
  const FOREIGN = ['frame', 'frameset', 'object', 'embed', 'applet', 'portal', 'fencedframe', 'foreignobject', 'math',
    'animate', 'set', 'animatetransform', 'animatemotion', 'noembed', 'xmp', 'plaintext', 'marquee', 'isindex', 'image']
  const found = [], say = (what, one) => found.push(`${what}: ${htmlOf(one).replace(/\s+/g, ' ').slice(0, 120)}`)
  const ids = new Map()

  const general = (one, name) => {
    if (name === 'script') {
      const src = attr(one, 'src') && resolved(attr(one, 'src'))
      const ours = src && src.origin === origin && (src.pathname.startsWith('/static/') || src.pathname === '/admin/jsi18n/')
      if (!ours && !/^application\/(ld\+)?json$/.test(attr(one, 'type'))) say('script', one)
    }
    if (FOREIGN.includes(name)) say('element', one)
    if (name === 'iframe' && !/^(ed-frame|rv-frame)$/.test(one.className) && !near(one, '.frame-box')) say('frame', one)
    if (name === 'base' && attr(one, 'href')) say('base', one)
    if (name === 'meta' && (attr(one, 'http-equiv') || near(one, 'body'))) say('meta', one)
    if (name === 'style' && near(one, 'body')) say('style', one)
    const isLink = name === 'link' && !/^(canonical|alternate)$/.test(attr(one, 'rel'))
    const sheet = resolved(attr(one, 'href'))
    if (isLink && (sheet.origin !== origin || near(one, 'body') && !sheet.pathname.startsWith('/static/css/'))) say('link', one)
    const to = ['formaction', ...(name === 'form' ? ['action'] : [])].map(word => attr(one, word)).filter(Boolean)
    if (to.some(word => resolved(word).origin !== origin)) say('form to elsewhere', one)
    for (const { name: raw, value } of attrsOf(one)) {
      const word = raw.toLowerCase()
      if (/^on/.test(word)) say(`handler ${word}`, one)
      if (word === 'srcdoc' && name !== 'iframe') say('srcdoc', one)
      const urls = /^(image)?srcset$/.test(word) ? value.split(/\s+[\d.]+[wx]\s*,?\s*|,\s+/).filter(Boolean)
        : ADDRESSES.includes(word) && word !== 'srcdoc' ? [value] : []
      for (const url of urls) if (!one.matches(OURS) && !SCHEMES.includes(resolved(url).protocol)) say(`address ${resolved(url).protocol}`, one)
      if (word === 'style' && /url\(|expression|behavior|binding|@import|\\/i.test(value)) say('style', one)
      if (word === 'id') ids.set(value, (ids.get(value) ?? 0) + 1)
      if (/^(name|id)$/.test(word) && /^(form|img|embed|object|iframe)$/.test(name) && value in Document.prototype) say(`hides document.${value}`, one)
    }
  }
  const inArticle = (one, name) => {
    if (!elements.includes(name)) say('element not on the list', one)
    for (const { name: word, value } of attrsOf(one)) {
      if (!attributes.includes(word)) say(`attribute ${word} not on the list`, one)
      if (word === 'id' && !value.startsWith('h-') && !/^fn/.test(value)) say(`id ${value} without the prefix`, one)
    }
    if (name === 'a' && resolved(attr(one, 'href') || '#').origin !== origin && /^http/.test(resolved(attr(one, 'href')).protocol) &&
      !/nofollow.*noopener/.test(attr(one, 'rel'))) say('link that trusts', one)
  }
  const walk = root => {
    const proto = root.nodeType === 9 ? Document.prototype : DocumentFragment.prototype
    for (const one of proto.querySelectorAll.call(root, '*')) {
      const name = nameOf(one).toLowerCase()
      general(one, name)
      if (near(one, article) && !one.matches(article)) inArticle(one, name)
      if (name === 'template') walk(insideOf(one))
      if (shadowOf(one)) walk(shadowOf(one))
    }
  }
  walk(document)
  for (const [id, count] of ids) if (count > 1) found.push(`id ${id} stands ${count} times`)
  for (const one of Document.prototype.querySelectorAll.call(document, article)) {
    // what a browser reads out of what it wrote itself is the same once more
    const copy = document.implementation.createHTMLDocument('').body
    copy.innerHTML = one.innerHTML
    // innerHTML does not write the first line break of a pre twice, so the next reading swallows one
    const plain = html => html.replace(/(<pre[^>]*>)\n+/g, '$1')
    if (plain(copy.innerHTML) !== plain(one.innerHTML)) say('reads otherwise the second time', one)
  }
  const native = { body: HTMLBodyElement, forms: HTMLCollection, images: HTMLCollection, documentElement: HTMLHtmlElement,
    getElementById: Function, querySelector: Function, querySelectorAll: Function, createElement: Function, addEventListener: Function }
  for (const [name, kind] of Object.entries(native)) if (!(document[name] instanceof kind)) found.push(`document.${name} is not the browser's`)
  if (typeof document.cookie !== 'string' || document.location !== window.location || document.defaultView !== window) found.push('document.cookie, location or defaultView is not the browser\'s')
  return found
}
