/** A link of a mail: what it says, and where it leads. */
export interface MailLink {
  readonly text: string
  readonly address: string
}

/** A mail's HTML as it may be shown, and the links that were taken out of it. */
export interface ShownMail {
  readonly html: string
  readonly links: readonly MailLink[]
  /** Pictures that would have been fetched from elsewhere, and were not. */
  readonly blocked: number
}

/** Elements that do something, or fetch something, by themselves. */
const ACTIVE =
  'script,style,link,meta,base,iframe,frame,frameset,object,embed,applet,portal,template,noscript,audio,video,source,track,svg,math,dialog,input[type=image]'
/** Attributes that a mail keeps: how it is laid out, nothing that leads anywhere. */
const KEPT = new Set(
  'dir lang align valign bgcolor color width height border cellpadding cellspacing colspan rowspan size face alt title start type open'.split(
    ' ',
  ),
)
/** Policy of the frame: nothing is fetched, not even by what the cleaning might have missed. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
/** Characters that are shown of what a link says. */
const MOST_TEXT = 200
const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:'])

function addressOf(href: string): string | null {
  const url = URL.parse(href.trim())
  return url && SCHEMES.has(url.protocol) ? url.href : null
}

/** Keeps a picture that came with the mail, by its data; any other one says what it was. */
function settlePicture(picture: Element, pictures: ReadonlyMap<string, string>): boolean {
  const source = picture.getAttribute('src')?.trim() ?? ''
  const own = /^cid:/i.test(source) ? pictures.get(source.slice(4)) : undefined
  const data = own ?? (/^data:image\/(png|jpeg|gif|webp);/i.test(source) ? source : undefined)
  if (data) picture.setAttribute('src', data)
  else picture.replaceWith(picture.getAttribute('alt') ?? '')
  return data === undefined && source !== ''
}

/**
 * Makes of a mail's HTML what may be shown: elements that act are gone, links lead nowhere and are listed, pictures are those
 * that came along. `pictures` are `data:` addresses by content id. The frame's sandbox and policy hold what this has missed.
 */
export function shownMail(html: string, pictures: ReadonlyMap<string, string> = new Map()): ShownMail {
  // A template's content is inert: what stands in it is parsed, and does nothing, not even report to the page's policy.
  const template = document.createElement('template')
  template.innerHTML = html
  const page = template.content
  for (const element of page.querySelectorAll(ACTIVE)) element.remove()
  const links: MailLink[] = []
  for (const link of page.querySelectorAll('a[href],area[href]')) {
    const address = addressOf(link.getAttribute('href') ?? '')
    if (address) links.push({ text: (link.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, MOST_TEXT), address })
    if (address) link.setAttribute('title', address)
  }
  let blocked = 0
  for (const picture of page.querySelectorAll('img')) if (settlePicture(picture, pictures)) blocked++
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      const isPicture = element.localName === 'img' && name === 'src' && value.startsWith('data:image/')
      if (!KEPT.has(name) && !isPicture) element.removeAttribute(name)
    }
  }
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`
  return {
    html: `<!doctype html><html dir="auto"><head>${head}</head><body>${template.innerHTML}</body></html>`,
    links,
    blocked,
  }
}
