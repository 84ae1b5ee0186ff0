import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { deadJob } from '#worker/store/dead-letters.ts'
import { openWork, overdueWork } from '#worker/store/work.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { databaseFiles } from '../../worlds/at-rest/on-disk.ts'
import { type Harness, startChapar, stateFolder } from '../../worlds/harness.ts'
import { addChannel, caller, message, startWorld, until } from '../../worlds/world.ts'

const DAY = 86_400_000
const PURGE = '17 * * * *'
const NUMBER = '+989121119917'
const WORDS = 'words of before'

const secrets = generateSecrets()
let [persist, backup] = ['', '']
let chapar: Harness | null = null
beforeEach(() => {
  ;[persist, backup] = [stateFolder(), stateFolder()]
})
afterEach(async () => {
  await chapar?.dispose()
  chapar = null
  for (const folder of [persist, backup]) rmSync(folder, { recursive: true, force: true })
})

/** Letters and work as somebody would read them who has the secrets and all that is there now. */
async function read({ keys, ledger }: Harness) {
  const letters = await ledger().prepare('SELECT id FROM dead_letters').all<{ id: string }>()
  const work = (await overdueWork(ledger(), Number.MAX_SAFE_INTEGER, 100)).filter(({ kind }) => kind === 'send')
  const [read, opened] = await Promise.all([
    Promise.allSettled(letters.results.map(({ id }) => deadJob(ledger(), keys, id))),
    Promise.allSettled(work.map((row) => openWork(keys, row))),
  ])
  return { letters: read, work: opened }
}

const ledgerFiles = (): readonly string[] => databaseFiles(persist, 'messages')

/** Copies the ledger of a gateway that has ended. */
function copyLedgers(): void {
  mkdirSync(backup, { recursive: true })
  for (const file of ledgerFiles()) cpSync(file, join(backup, basename(file)))
}

/** Puts the copy where the ledger of today lies. */
function putBack(): void {
  const files = ledgerFiles()
  for (const file of files) rmSync(file)
  cpSync(backup, dirname(files[0] ?? ''), { recursive: true })
}

test('a copy of a ledger from before the purge of its month opens nowhere after it, although every secret is there', async () => {
  const world = await startWorld({ persist, secrets })
  ;({ chapar } = world)
  // A carrier that is always busy: the next attempt waits, with the number and the words in its work row.
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: message(NUMBER, WORDS), status: 202 })
  await (await chapar.queue('REPORT')).send({ kind: 'of another age', to: NUMBER })
  const before = await until('both are there', async () => {
    const found = await read(world.chapar)
    return found.letters.length === 1 && found.work.length === 1 && found
  })
  const shown = async (path: string) => {
    const answer = await caller(chapar ?? world.chapar, world.token)(path)
    return { status: answer.status, text: await answer.text() }
  }
  expect((await shown(`/v1/messages/${id}`)).text).toContain(WORDS)
  expect(before.letters).toEqual([{ status: 'fulfilled', value: { json: expect.stringContaining(NUMBER) } }])
  expect(before.work).toEqual([{ status: 'fulfilled', value: expect.stringContaining(NUMBER) }])
  await chapar.dispose()
  copyLedgers()

  chapar = await startChapar({ persist, secrets })
  // The message ends by being canceled long after, and its month is past the retention.
  await chapar.ledger().prepare('UPDATE messages SET status = 50').run()
  await chapar.ledger().prepare('DELETE FROM work').run()
  await chapar.scheduled(PURGE, Date.now() + (187 + 31) * DAY)
  expect(await read(chapar)).toEqual({ letters: [], work: [] })
  await chapar.dispose()

  putBack()
  chapar = await startChapar({ persist, secrets })
  const after = await read(chapar)
  expect(after.letters).toEqual([{ status: 'fulfilled', value: null }])
  expect(after.work).toHaveLength(1)
  expect(JSON.stringify(after.work)).not.toContain(NUMBER)
  expect(await chapar.ledger().prepare('SELECT count(*) AS n FROM messages').first('n')).toBe(1)
  for (const path of [`/v1/messages/${id}`, '/v1/messages', `/v1/messages?to=${encodeURIComponent(NUMBER)}`]) {
    const { status, text } = await shown(path)
    expect(status, path).toBeLessThan(500)
    expect(text, path).not.toMatch(/9121119917|words of before/)
  }
})

test('a copy of a ledger from before an account was erased shows nobody, and its lists answer', async () => {
  const world = await startWorld({ persist, secrets })
  ;({ chapar } = world)
  await addChannel(world, { channel: 'push', address: 'shop.example' })
  const device = { network: 'sandbox', token: 'a-token-of-before', user: 'a user of before', tags: ['tag of before'] }
  await until(
    'the application is known',
    async () => (await world.call('/v1/devices', { body: device })).status === 201,
  )
  await world.json('/v1/suppressions', { body: { channel: 'sms', recipient: NUMBER }, status: 201 })
  await world.operator.post(`/admin/v1/tenants/${world.tenantId}/close`, {})
  await chapar.dispose()
  copyLedgers()

  chapar = await startChapar({ persist, secrets })
  await chapar.scheduled(PURGE, Date.now() + 187 * DAY)
  // Somebody with the copy and all secrets, who opens the account again.
  await chapar.control.prepare("UPDATE tenants SET status = 'active', closed_at = NULL").run()
  await chapar.dispose()
  putBack()
  chapar = await startChapar({ persist, secrets })
  const again = chapar
  const rows = ['suppressions', 'devices'].map((table) => again.ledger().prepare(`SELECT * FROM ${table}`).all())
  expect((await Promise.all(rows)).map(({ results }) => results.length)).toEqual([1, 1])
  // A change of an operator's, so that the account's object reads that it is open.
  const sender = { channel: 'sms', address: '30001234', lineClass: 'service' }
  await chapar.api(await chapar.operatorToken()).post(`/admin/v1/tenants/${world.tenantId}/senders`, sender)
  const call = caller(chapar, world.token)
  for (const path of ['suppressions', 'devices', 'sessions', 'webhooks', 'messages']) {
    const answer = await call(`/v1/${path}`)
    expect([path, answer.status]).toEqual([path, 200])
    expect(await answer.text(), path).not.toMatch(/9121119917|of before/)
  }
})
