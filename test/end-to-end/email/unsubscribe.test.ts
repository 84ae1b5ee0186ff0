import { afterAll, beforeAll, expect, it } from 'vitest'
import { CREDENTIAL_SCOPES } from '#worker/domain/people/scopes.ts'
import { personUrl } from '#worker/flows/carriers/person-links.ts'
import { altered } from '../../worlds/altered.ts'
import { openedCalls } from '../../worlds/at-rest/opened-calls.ts'
import { newReceiver, type Receiver } from '../../worlds/faults/receiver.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { addChannel, caller, reaches, startWorld, tokenOf, until, type World, workLeft } from '../../worlds/world.ts'

const SENDER = 'news@shop.example'
let world: World
let receiver: Receiver

beforeAll(async () => {
  receiver = newReceiver('hooks.example.com')
  world = await startWorld({ outbound: receiver.outbound })
  await addChannel(world, { channel: 'email', address: SENDER, sender: { lineClass: 'advertising' } })
  await world.json('/v1/webhooks', { body: { url: receiver.url, events: ['suppression.added'] }, status: 201 })
})
afterAll(() => world?.dispose())

const mail = (to: string, purpose = 'advertising') => ({
  channel: 'email',
  to,
  purpose,
  content: { subject: 'News', text: 'x', unsubscribe: true },
})
async function sent(to: string): Promise<string> {
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: mail(to), status: 202 })
  await reaches(world, id, 'delivered')
  return id
}
/** The path of a link to a message, as its mail has it. */
async function linkTo(id: string, kind: 'unsubscribe' | 'report' = 'unsubscribe'): Promise<string> {
  const { idKeys } = await configOf(world.chapar.secrets)
  return new URL(await personUrl('https://chapar.test', idKeys, kind, `${world.tenantId.slice(4)}.${id.slice(4)}.1`))
    .pathname
}
const FORM = 'List-Unsubscribe=One-Click'
const press = (path: string, body: BodyInit = FORM, type = 'application/x-www-form-urlencoded') =>
  world.chapar.fetch(path, { method: 'POST', body, headers: { 'content-type': type } })
const optOuts = async (person: string) =>
  (
    await world.json<{ data: { source: string; sender: string; messageId: string }[] }>(
      `/v1/suppressions?channel=email&recipient=${encodeURIComponent(person)}`,
    )
  ).data

it('a GET shows a page in Persian and English and unsubscribes nobody, as often as it comes', async () => {
  const path = await linkTo(await sent('reader@example.com'))
  for (let n = 0; n < 3; n++) {
    const answer = await world.chapar.fetch(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*form-action 'self'/)
    const text = await answer.text()
    expect(text).toContain('<html lang="fa" dir="rtl">')
    expect(text).toContain('<section lang="en" dir="ltr">')
    expect(text).toContain(SENDER)
    expect(text).not.toContain('reader@example.com')
    expect(text).not.toContain('<script')
  }
  expect((await world.chapar.fetch(path, { method: 'HEAD' })).status).toBe(200)
  expect(await optOuts('reader@example.com')).toEqual([])
})

it('the button opts out of that sender once, tells the tenant once, and further advertising is held back', async () => {
  const id = await sent('leaver@example.com')
  const path = await linkTo(id)
  const first = await press(path)
  expect([first.status, first.redirected]).toEqual([200, false])
  expect(await first.text()).toContain('Unsubscribed')
  for (let n = 0; n < 3; n++) expect((await press(path)).status).toBe(200)
  expect(await optOuts('leaver@example.com')).toMatchObject([{ source: 'recipient', sender: SENDER, messageId: id }])
  const { id: next } = await world.json<{ id: string }>('/v1/messages', {
    body: mail('Leaver@Example.com'),
    status: 202,
  })
  await reaches(world, next, 'suppressed')
  await until('the tenant is told', async () => receiver.heard.length > 0)
  expect(receiver.heard.filter(({ data }) => data.includes('leaver@example.com'))).toHaveLength(1)
  expect(JSON.parse(receiver.heard[0]?.data ?? '{}')).toMatchObject({
    channel: 'email',
    recipient: 'leaver@example.com',
    sender: SENDER,
    source: 'recipient',
    messageId: id,
  })
})

it('the form may come as multipart, as RFC 8058 3.2 says', async () => {
  const path = await linkTo(await sent('multi@example.com'))
  const form = new FormData()
  form.set('List-Unsubscribe', 'One-Click')
  expect((await world.chapar.fetch(path, { method: 'POST', body: form })).status).toBe(200)
  expect(await optOuts('multi@example.com')).toHaveLength(1)
})

it('a POST of anything else is refused and changes nothing', async () => {
  const path = await linkTo(await sent('other@example.com'))
  for (const [body, type] of [
    ['', 'application/x-www-form-urlencoded'],
    ['List-Unsubscribe=No', 'application/x-www-form-urlencoded'],
    [FORM, 'text/plain'],
    [FORM, 'multipart/form-data; boundary=x'],
    [`${FORM}&x=${'y'.repeat(10_000)}`, 'application/x-www-form-urlencoded'],
  ] as const)
    expect((await press(path, body, type)).status).toBe(400)
  expect((await world.chapar.fetch(path, { method: 'DELETE' })).status).toBe(405)
  expect(await optOuts('other@example.com')).toEqual([])
})

it('a forged link, one of another purpose, and one of a message that is none: the same 404, which says neither whose nor why', async () => {
  const id = await sent('forged@example.com')
  const path = await linkTo(id)
  const other = (await linkTo(id, 'report')).replace('/p/report/', '/p/unsubscribe/')
  const absent = await linkTo(`${id.slice(0, -4)}zzz0`)
  const said = new Set<string>()
  for (const wrong of [other, altered(path), path.slice(0, -5), '/p/unsubscribe/x', absent]) {
    const answers = [await world.chapar.fetch(wrong), await press(wrong)]
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store'])
      said.add(await answer.text())
    }
  }
  const [page = '', ...others] = said
  expect(others).toEqual([])
  expect(page).toContain('This link does not work')
  expect(page).not.toContain(SENDER)
  expect(await optOuts('forged@example.com')).toEqual([])
})

it('an opt-out stands in the access log with the address it came from and without the link', async () => {
  const path = await linkTo(await sent('logged@example.com'))
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'cf-connecting-ip': '203.0.113.9' }
  expect((await world.chapar.fetch(path, { method: 'POST', body: FORM, headers })).status).toBe(200)
  const rows = await until('its row', async () => {
    const all = await openedCalls({ ledger: world.ledger, keys: world.chapar.keys })
    const found = all.filter(({ ip }) => ip === '203.0.113.9')
    return found.length > 0 && found
  })
  expect(rows).toMatchObject([
    { tenant_id: world.tenantId, method: 'POST', route: '/p/unsubscribe/:token', status: 200, actor: null },
  ])
  expect(JSON.stringify(rows)).not.toContain(path.split('/').at(-1))
})

it('the link of a mail that a simulated carrier took on a live route opts out of test mail only: nobody has it', async () => {
  const { operator, tenantId } = world
  const connection = { channel: 'email', provider: 'sandbox', name: 'Mail', settings: {} }
  const { id: connectionId } = (await operator.post('/admin/v1/connections', connection)) as { id: string }
  await operator.put('/admin/v1/routes', { tenantId, channel: 'email', mode: 'live', connections: [connectionId] })
  const input = { name: 'live', mode: 'live', kind: 'secret', scopes: CREDENTIAL_SCOPES }
  const { clientId, clientSecret } = (await operator.post(`/admin/v1/tenants/${tenantId}/credentials`, input)) as {
    clientId: string
    clientSecret: string
  }
  const live = caller(world.chapar, await tokenOf(world.chapar, clientId, clientSecret))
  const { id } = (await (await live('/v1/messages', { body: mail('played@example.com') })).json()) as { id: string }
  await until('it is delivered', async () => {
    const found = (await (await live(`/v1/messages/${id}`)).json()) as { status: string }
    return found.status === 'delivered'
  })
  expect((await press(await linkTo(id))).status).toBe(200)
  const query = `channel=email&recipient=${encodeURIComponent('played@example.com')}`
  expect(await (await live(`/v1/suppressions?${query}`)).json()).toMatchObject({ data: [] })
  expect(await optOuts('played@example.com')).toMatchObject([{ source: 'recipient', messageId: id }])
})

it('400 presses of one link, at once and later, are one row of the log, one opt-out and one event', async () => {
  const path = await linkTo(await sent('presser@example.com'))
  const rows = async () =>
    (await world.ledger
      .prepare("SELECT count(*) AS n FROM requests WHERE route LIKE '/p/unsubscribe%'")
      .first<number>('n')) ?? 0
  const before = await rows()
  const statuses = await Promise.all(Array.from({ length: 300 }, () => press(path).then(({ status }) => status)))
  for (let n = 0; n < 100; n++) statuses.push((await press(path)).status)
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(await optOuts('presser@example.com')).toHaveLength(1)
  await until('the row of the log', async () => (await rows()) > before)
  expect(await rows()).toBe(before + 1)
  const heard = () => receiver.heard.filter(({ data }) => data.includes('presser@example.com'))
  await until('the event', async () => heard().length > 0)
  expect(new Set(heard().map(({ id }) => id)).size).toBe(1)
  expect((await workLeft(world, 'notify')).filter(({ json }) => json.includes('presser@'))).toEqual([])
})
