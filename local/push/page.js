import { subscribe } from '/page.js'

const element = (id) => document.getElementById(id)

function log(text) {
  const line = document.createElement('li')
  line.textContent = text
  element('log').append(line)
}

async function call(path, body) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(path, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) })
  const json = await answer.json()
  if (!answer.ok) throw new Error(json.detail ?? `answered ${answer.status}`)
  return json
}

const told = (work) => work().catch((error) => log(`Failed: ${error.message}`))

let device = null
let report = null

element('subscribe').addEventListener('click', () =>
  told(async () => {
    const { publicKey } = await call('/key')
    const { id } = await call('/subscribe', { subscription: await subscribe(publicKey) })
    device = id
    element('send').hidden = false
    log(`Registered as ${id}.`)
  }),
)

/** Shows every new status of a message until it has reached its last one. */
async function follow(id) {
  let last = ''
  for (let asked = 0; asked < 240 && last !== 'read'; asked++) {
    const { status, failure } = await call(`/message?id=${id}`)
    if (status !== last) log(`${id} is ${status}${failure ? `: ${failure.detail}` : ''}.`)
    last = status
    if (['rejected', 'failed', 'expired'].includes(status)) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

element('send').addEventListener('submit', (event) => {
  event.preventDefault()
  const { title, body } = Object.fromEntries(new FormData(event.target))
  told(async () => {
    const { id } = await call('/send', { to: device, title, body })
    await follow(id)
  })
})

element('reply').addEventListener('submit', (event) => {
  event.preventDefault()
  const { text } = Object.fromEntries(new FormData(event.target))
  told(async () => {
    await fetch(report, { method: 'POST', body: JSON.stringify({ event: 'replied', text }) })
    log('Replied.')
  })
})

navigator.serviceWorker.addEventListener('message', ({ data }) => {
  report = data.report
  element('reply').hidden = false
  log(`Shown: ${data.title}`)
})
