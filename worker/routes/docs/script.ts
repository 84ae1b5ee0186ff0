/**
 * Script of the page of calls, in whichever language: its words stand in the page. It narrows the list of calls by a search,
 * and tries a call against this origin, with a token that was pasted or that of a sign-in. The token is kept in the page alone,
 * and goes when that is left. Who goes to the other language finds the same call there, and the console speaks it from then on.
 */
export const SCRIPT = String.raw`const place = document.querySelector('#try')
const words = JSON.parse(place.dataset.words)
const said = (text, ...parts) => parts.reduce((left, part) => left.replace('{}', part), text)
const number = new Intl.NumberFormat(document.documentElement.lang).format
const other = document.querySelector('#language')
other.addEventListener('click', () => {
  other.hash = location.hash
  // A browser that keeps nothing refuses.
  try { localStorage.setItem('chapar.language', other.lang) } catch {}
})
const make = (name, members = {}, ...children) => {
  const one = Object.assign(document.createElement(name), members)
  one.append(...children)
  return one
}
const side = document.querySelector('#calls')
const search = document.querySelector('#search')
const items = [...side.querySelectorAll('nav ul ul li')]
const narrow = matchMedia('(max-width: 64rem)')
const fold = () => { side.open = !narrow.matches }
fold()
narrow.addEventListener('change', fold)
search.hidden = false
// Letters and half-spaces of Persian are written in several ways.
const plain = (text) => text.toLowerCase().replaceAll('ي', 'ی').replaceAll('ك', 'ک').replaceAll('ۀ', 'ه').replace(/[\u200c\u0654]/g, '')
search.querySelector('input').addEventListener('input', ({ target }) => {
  const sought = plain(target.value).split(/\s+/).filter(Boolean)
  let found = 0
  for (const item of items) {
    const { textContent, dataset } = item.firstElementChild
    const text = plain(textContent + ' ' + (dataset.besides ?? ''))
    item.hidden = !sought.every((word) => text.includes(word))
    if (!item.hidden) found++
  }
  for (const group of side.querySelectorAll('nav > ul > li')) group.hidden = !group.querySelector('li:not([hidden])')
  search.querySelector('output').textContent = sought.length === 0 ? '' : said(words.found, number(found), number(items.length))
})

const token = make('input', { type: 'password', autocomplete: 'off', spellcheck: false, dir: 'ltr' })
const account = make('select', { hidden: true, ariaLabel: words.account })
const told = make('output')
const signedIn = make('button', { type: 'button', textContent: words.signedIn })
const call = async (path, method = 'GET', body) => {
  const answer = await fetch(path, { method, ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}) })
  return { ok: answer.ok, body: await answer.json() }
}
const take = async () => {
  const of = account.value === 'operator' ? { operator: true } : { tenantId: account.value, mode: 'test' }
  const { ok, body } = await call('/v1/auth/token', 'POST', of)
  token.value = ok ? body.accessToken : ''
  told.textContent = ok ? words.taken : body.detail ?? body.title
}
account.addEventListener('change', take)
signedIn.addEventListener('click', async () => {
  const { ok, body } = await call('/v1/auth/me')
  if (!ok) return void (told.textContent = words.nobody)
  account.replaceChildren(
    ...body.tenants.map(({ id, name }) => make('option', { value: id, textContent: name })),
    ...(body.operatorRole ? [make('option', { value: 'operator', textContent: words.operator })] : []),
  )
  account.hidden = false
  await take()
})
place.append(make('label', {}, words.token + ' ', token), ' ', signedIn, ' ', account, ' ', told)
place.hidden = false

const run = async (fields, { method, type }, path, output) => {
  const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(fields[name].value))
  const headers = { ...(token.value ? { authorization: 'Bearer ' + token.value } : {}), ...(type ? { 'content-type': type } : {}) }
  output.textContent = '…'
  try {
    const answer = await fetch(target, { method, headers, ...(fields.body ? { body: fields.body.value } : {}) })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '') && text !== ''
    output.textContent = answer.status + ' ' + answer.statusText + '\n\n' + (isJson ? JSON.stringify(JSON.parse(text), null, 2) : text)
  } catch (error) {
    output.textContent = words.unreached + ' ' + error.message
  }
}
for (const article of document.querySelectorAll('article[data-path]')) {
  const { method, path, type, body } = article.dataset
  const open = make('button', { type: 'button', textContent: words.open })
  open.ariaLabel = words.open + ': ' + article.querySelector('h3').textContent
  article.querySelector('.call').append(' ', open)
  open.addEventListener('click', () => {
    open.remove()
    const fields = {}
    const rows = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
      fields[name] = make('input', { autocomplete: 'off', dir: 'ltr' })
      return make('p', {}, make('label', {}, make('bdi', { dir: 'ltr', textContent: name }), ' ', fields[name]))
    })
    const address = make('input', { value: path, autocomplete: 'off', dir: 'ltr' })
    rows.push(make('p', {}, make('label', {}, words.target + ' ', address)))
    if (type) {
      fields.body = make('textarea', { value: body, rows: Math.min(16, body.split('\n').length + 1), spellcheck: false, dir: 'ltr' })
      rows.push(make('p', {}, make('label', {}, words.body + ' ', fields.body)))
    }
    const output = make('pre', { tabIndex: 0 })
    output.setAttribute('aria-live', 'polite')
    const send = make('button', { type: 'button', textContent: said(words.send, method) })
    send.addEventListener('click', () => run(fields, { method, type }, address.value, output))
    article.querySelector('.call').after(make('section', { className: 'tried' }, ...rows, send, output))
    article.querySelector('.tried input').focus()
  })
}
`
