import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { deadJob } from '#worker/store/dead-letters.ts'
import { openWork, overdueWork } from '#worker/store/work.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { databaseFiles } from '../../worlds/at-rest/dump.ts'
import { type Harness, startChapar, stateFolder } from '../../worlds/harness.ts'
import { caller, message, startWorld, until } from '../../worlds/world.ts'

const DAY = 86_400_000
const PURGE = '17 * * * *'
const NUMBER = '+989121119917'
const WORDS = 'words of before'

const [persist, backup] = [stateFolder(), stateFolder()]
const secrets = generateSecrets()
let chapar: Harness | null = null
afterAll(async () => {
  await chapar?.dispose()
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

/** Ledger files of the folder, copied to another. */
function copyLedgers(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const file of databaseFiles(from, 'messages')) cpSync(file, join(to, basename(file)))
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
  const [file = ''] = databaseFiles(persist, 'messages')
  copyLedgers(persist, backup)

  chapar = await startChapar({ persist, secrets })
  // The message ends by being canceled long after, and its month is past the retention.
  await chapar.ledger().prepare('UPDATE messages SET status = 50').run()
  await chapar.ledger().prepare('DELETE FROM work').run()
  await chapar.scheduled(PURGE, Date.now() + (187 + 31) * DAY)
  expect(await read(chapar)).toEqual({ letters: [], work: [] })
  await chapar.dispose()

  for (const now of databaseFiles(persist, 'messages')) rmSync(now)
  cpSync(backup, dirname(file), { recursive: true })
  chapar = await startChapar({ persist, secrets })
  const after = await read(chapar)
  expect(after.letters).toEqual([{ status: 'fulfilled', value: null }])
  expect(after.work).toEqual([{ status: 'rejected', reason: new Error('the keys of a work row are gone') }])
  expect(await chapar.ledger().prepare('SELECT count(*) AS n FROM messages').first('n')).toBe(1)
  for (const path of [`/v1/messages/${id}`, '/v1/messages', `/v1/messages?to=${encodeURIComponent(NUMBER)}`]) {
    const { status, text } = await shown(path)
    expect(status, path).toBeLessThan(500)
    expect(text, path).not.toMatch(/9121119917|words of before/)
  }
}, 90_000)
