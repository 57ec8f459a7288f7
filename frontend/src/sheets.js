// CodeMirror's styles under a CSP of `style-src 'self'`: as an adopted style sheet, never as a <style> element.
// style-mod does so in shadow roots only; in the document it would add an element that the policy refuses.
import { StyleModule } from 'style-mod'

const known = []
let sheet

export const isPossible = () => 'adoptedStyleSheets' in document && 'replaceSync' in CSSStyleSheet.prototype

export function adoptStyles () {
  StyleModule.mount = (_root, modules) => {
    const fresh = [].concat(modules).filter(module => !known.includes(module))
    if (!fresh.length) return
    // the array goes from weak to strong; what comes later (a theme, a panel) stands behind what is there
    known.push(...fresh)
    sheet ??= new CSSStyleSheet()
    sheet.replaceSync(known.map(module => module.getRules()).join('\n'))
    if (!document.adoptedStyleSheets.includes(sheet)) {
      document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets]
    }
  }
}
