import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../local/api.ts'
import { until } from '../worlds/world.ts'
import { gatewayProcess } from './gateway-process.ts'

const it = await gatewayProcess()
let tenant: Api
beforeAll(async () => {
  await it.start()
  tenant = await it.tenant()
})
afterAll(() => it.dispose())

const phone = (...args: string[]) => it.node('local/sandbox.ts', 'phone', ...args)
const send = (channel: string, to: string, content: object) => tenant.post('/v1/messages', { channel, to, content })
const shows = (address: string, text: string) =>
  until(`${text} arrives at ${address}`, async () => {
    const { said } = await phone(address, '--once')
    return said.includes(text) && said
  })

test('prints what arrived and goes on: what comes next, and what is answered from another terminal', async () => {
  const number = '+989121234567'
  await send('sms', number, { text: 'Code 471199' })
  await shows(number, 'Code 471199')
  const following = it.spawn(['local/sandbox.ts', 'phone', number])
  await until('what was there is printed', async () => following.said().includes('Code 471199'))
  await send('voice', number, { digits: { code: '8842' } })
  await until('the call is printed', async () => following.said().includes('8842'))
  const replied = await phone('09121234567', '--reply', 'STOP')
  expect(replied).toMatchObject({ status: 0, said: expect.stringMatching(/you → 10004346 \(SMS\)\n\s+STOP/) })
  await until('the answer is printed', async () => following.said().includes('STOP'))
  await following.end('SIGINT')
  const lines = following.said().split('\n')
  const [sms, call, stop] = ['Code 471199', '8842', 'STOP'].map((text) =>
    lines.findIndex((line) => line.includes(text)),
  )
  expect([lines[(sms ?? 0) - 1], lines[(call ?? 0) - 1]]).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}SMS from 10004346$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}call from \+982191001234$/),
  ])
  expect([sms, call, stop]).toEqual([sms, call, stop].toSorted((a, b) => (a ?? 0) - (b ?? 0)))
  await until('the person has opted out', async () => {
    const path = `/v1/suppressions?channel=sms&recipient=${encodeURIComponent(number)}`
    return ((await tenant.get(path)) as { data: unknown[] }).data.length > 0
  })
})

test('presses keys, dials and types, each in its turn', async () => {
  const number = '+989121234568'
  await send('voice', number, { say: { text: 'press a key' }, gather: { digits: 1 } })
  await shows(number, 'press a key')
  expect(await phone(number, '--press', '1')).toMatchObject({ status: 0, said: expect.stringContaining('(call)') })
  const dialled = await phone(number, '--dial', '*384*1#')
  // Nobody has registered an application: the connection's own screen ends the session.
  expect(dialled).toMatchObject({
    status: 0,
    said: expect.stringMatching(/USSD from \*384\*1# \(the session has ended\)/),
  })
  expect(await phone(number, '--input', '1')).toMatchObject({
    status: 1,
    said: expect.stringMatching(/was answered 409: No session is open: dial a code first\. \(conflict, req_\w+\)\n/),
  })
})

test('shows a mailbox with its subjects, and a messenger with its buttons', async () => {
  await send('email', 'ali@example.com', { subject: 'Order', text: 'It is here.' })
  expect(await shows('ali@example.com', 'It is here.')).toMatch(
    /mail from hello@demo.example\n\s+Order\n\s+It is here\./,
  )
  await send('chat', 'sandbox:42', { text: 'Well?', buttons: [[{ label: 'Yes', reply: 'y' }]] })
  const chat = await until('the message arrives', async () => {
    const { said } = await phone('sandbox:42', '--channel', 'chat', '--once')
    return said.includes('Well?') && said
  })
  expect(chat).toContain('[Yes: y]')
})

test('a command of the terminal in a text does nothing there', async () => {
  await send('email', 'esc@example.com', { subject: 'Order', text: 'red \u001b[31m alert' })
  expect(await shows('esc@example.com', 'alert')).not.toContain('\u001b')
})

test('says how it is called where it cannot do as asked', async () => {
  expect(await phone()).toMatchObject({ status: 1, said: expect.stringContaining('npm run sandbox -- phone') })
  const two = await phone('+989121234567', '--reply', 'a', '--press', '1')
  expect(two).toMatchObject({ status: 1, said: expect.stringContaining('One at a time') })
  const account = await phone('sandbox:42', '--once')
  expect(account).toMatchObject({ status: 1, said: expect.stringContaining('phone sandbox:42 --channel chat') })
  expect(await phone('nobody', '--once')).toMatchObject({ status: 1, said: expect.stringContaining('query:number') })
})
