/**
 * Script of the page of calls. It narrows the list of calls by a search, and tries a call against this origin, with a token that
 * was pasted or that of a sign-in. The token is kept in the page alone, and goes when that is left.
 */
export const SCRIPT = String.raw`const make = (name, members = {}, ...children) => {
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
search.querySelector('input').addEventListener('input', ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean)
  let found = 0
  for (const item of items) {
    const text = (item.textContent + ' ' + item.firstElementChild.title).toLowerCase()
    item.hidden = !words.every((word) => text.includes(word))
    if (!item.hidden) found++
  }
  for (const group of side.querySelectorAll('nav > ul > li')) group.hidden = !group.querySelector('li:not([hidden])')
  search.querySelector('output').textContent = words.length === 0 ? '' : found + ' of ' + items.length
})

const token = make('input', { type: 'password', autocomplete: 'off', spellcheck: false })
const account = make('select', { hidden: true, ariaLabel: 'Account' })
const told = make('output')
const signedIn = make('button', { type: 'button', textContent: 'Use my sign-in' })
const call = async (path, method = 'GET', body) => {
  const answer = await fetch(path, { method, ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}) })
  return { ok: answer.ok, body: await answer.json() }
}
const take = async () => {
  const of = account.value === 'operator' ? { operator: true } : { tenantId: account.value, mode: 'test' }
  const { ok, body } = await call('/v1/auth/token', 'POST', of)
  token.value = ok ? body.accessToken : ''
  told.textContent = ok ? 'A token of five minutes, of the mode test.' : body.detail ?? body.title
}
account.addEventListener('change', take)
signedIn.addEventListener('click', async () => {
  const { ok, body } = await call('/v1/auth/me')
  if (!ok) return void (told.textContent = 'Nobody is signed in here.')
  account.replaceChildren(
    ...body.tenants.map(({ id, name }) => make('option', { value: id, textContent: name })),
    ...(body.operatorRole ? [make('option', { value: 'operator', textContent: 'Operator' })] : []),
  )
  account.hidden = false
  await take()
})
const place = document.querySelector('#try')
place.append(make('label', {}, 'Token for calls that are tried here ', token), ' ', signedIn, ' ', account, ' ', told)
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
    output.textContent = 'The call did not get through: ' + error.message
  }
}
for (const article of document.querySelectorAll('article[data-path]')) {
  const { method, path, type, body } = article.dataset
  const open = make('button', { type: 'button', textContent: 'Try it' })
  article.querySelector('.call').append(' ', open)
  open.addEventListener('click', () => {
    open.remove()
    const fields = {}
    const rows = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
      fields[name] = make('input', { autocomplete: 'off' })
      return make('p', {}, make('label', {}, name + ' ', fields[name]))
    })
    const address = make('input', { value: path, autocomplete: 'off' })
    rows.push(make('p', {}, make('label', {}, 'Path and query ', address)))
    if (type) {
      fields.body = make('textarea', { value: body, rows: Math.min(16, body.split('\n').length + 1), spellcheck: false, dir: 'auto' })
      rows.push(make('p', {}, make('label', {}, 'Body ', fields.body)))
    }
    const output = make('pre', { tabIndex: 0 })
    output.setAttribute('aria-live', 'polite')
    const send = make('button', { type: 'button', textContent: method + ' it' })
    send.addEventListener('click', () => run(fields, { method, type }, address.value, output))
    article.querySelector('.call').after(make('section', { className: 'tried' }, ...rows, send, output))
    article.querySelector('.tried input').focus()
  })
}
`
