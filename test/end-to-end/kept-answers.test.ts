import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type Harness, newSealKey, startChapar, stateFolder, withSealKeys } from '../worlds/harness.ts'
import { caller, message, newTenant, until } from '../worlds/world.ts'

const [PATH, KEY] = ['/v1/messages', 'order-1']
const BODY = message('+989121112233')
const persist = stateFolder()

/** A gateway over the same state, restarted: nothing of another one's memory is left. */
async function inGateway<Result>(
  options: Pick<Parameters<typeof startChapar>[0] & object, 'secrets' | 'onLog'>,
  work: (chapar: Harness) => Promise<Result>,
): Promise<Result> {
  const chapar = await startChapar({ persist, ...options })
  try {
    return await work(chapar)
  } finally {
    await chapar.dispose()
  }
}

/** Does something with the database of each object that keeps idempotency keys, while no gateway runs. */
function inObjects<Result>(work: (db: DatabaseSync) => Result): readonly Result[] {
  const folder = `${persist}/do/chapar-IdempotencyObject`
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
  return files.sort().map((name) => {
    const db = new DatabaseSync(`${folder}/${name}`)
    try {
      return work(db)
    } finally {
      db.close()
    }
  })
}

interface Piece {
  readonly key: string
  readonly n: number
  readonly bytes: Uint8Array
}
const piecesOf = (db: DatabaseSync) => db.prepare('SELECT key, n, bytes FROM pieces').all() as unknown as Piece[]

/** Puts each stored answer in the place of the next one, round all objects; gives what puts them back. */
function turnAnswers(): () => void {
  const all = inObjects(piecesOf).flat()
  expect(all.length).toBeGreaterThan(3)
  const put = (by: number) =>
    inObjects((db) => {
      for (const { key, n } of piecesOf(db)) {
        const at = all.findIndex((one) => one.key === key && one.n === n)
        const bytes = at < 0 ? undefined : all[(at + by) % all.length]?.bytes
        if (bytes) db.prepare('UPDATE pieces SET bytes = ?1 WHERE key = ?2 AND n = ?3').run(bytes, key, n)
      }
    })
  put(1)
  return () => put(0)
}

async function sent(chapar: Harness, token: string, key = KEY) {
  const answer = await caller(chapar, token)(PATH, { body: BODY, headers: { 'idempotency-key': key } })
  const { status, headers } = answer
  return {
    status,
    replayed: headers.has('idempotency-replayed'),
    location: headers.get('location'),
    text: await answer.text(),
  }
}
/** Waits until so many messages are written, and looks that there are no more. */
async function expectMessages(chapar: Harness, count: number): Promise<void> {
  const seen = await until('the messages', async () => {
    const row = await chapar.ledger().prepare('SELECT count(*) AS n FROM messages').first<{ n: number }>()
    return row && row.n >= count ? row.n : null
  })
  expect(seen).toBe(count)
}

test('kept answers outlast restarts and a rotation, and open nowhere else: nothing is sent in their place', async () => {
  const made = await inGateway({}, async (chapar) => {
    const mine = await newTenant(chapar)
    const theirs = await newTenant(chapar, { line: '10004347', connectionId: mine.connection.id })
    const tokens = [mine.token, theirs.token] as const
    const answers = [await sent(chapar, tokens[0]), await sent(chapar, tokens[1])]
    await expectMessages(chapar, 2)
    return { tokens, answers, secrets: chapar.secrets }
  })
  expect(made.answers.map(({ status, replayed }) => [status, replayed])).toEqual([
    [202, false],
    [202, false],
  ])
  const old = JSON.parse(made.secrets.worker.SEAL_KEYS) as readonly object[]
  const rotated = withSealKeys(made.secrets, [newSealKey('next'), ...old])
  const again = made.answers.map((answer) => ({ ...answer, replayed: true }))
  const [mine, theirs] = made.tokens
  const both = async (chapar: Harness) => [await sent(chapar, mine), await sent(chapar, theirs)]

  const younger = await inGateway({ secrets: rotated }, async (chapar) => {
    expect(await both(chapar)).toEqual(again)
    const answer = await sent(chapar, mine, 'order-2')
    await expectMessages(chapar, 3)
    return answer
  })
  expect(younger.status).toBe(202)

  const turnBack = turnAnswers()
  await inGateway({ secrets: rotated }, async (chapar) => {
    for (const answer of [...(await both(chapar)), await sent(chapar, mine, 'order-2')]) {
      expect([answer.status, answer.replayed]).toEqual([409, false])
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'idempotency-answer-lost' })
    }
    // What comes after them is written, and nothing of theirs.
    expect((await sent(chapar, mine, 'order-3')).status).toBe(202)
    await expectMessages(chapar, 4)
  })
  turnBack()

  const log: string[] = []
  await inGateway({ secrets: made.secrets, onLog: (line) => log.push(line) }, async (chapar) => {
    // Its answer was sealed by the key that is not there; those of before are not.
    expect(JSON.parse((await sent(chapar, mine, 'order-2')).text)).toMatchObject({ code: 'idempotency-answer-lost' })
    expect(await both(chapar)).toEqual(again)
    await expectMessages(chapar, 4)
  })
  expect(log.filter((line) => line.includes('idempotency.locked')).map((line) => JSON.parse(line).kid)).toEqual([
    'next',
  ])
  await inGateway({ secrets: rotated }, async (chapar) =>
    expect(await sent(chapar, mine, 'order-2')).toEqual({ ...younger, replayed: true }),
  )

  const rows = inObjects((db) => db.prepare('SELECT key, fingerprint FROM keys').all()).flat()
  const hashes = rows.flatMap(({ key, fingerprint }) => [key, fingerprint])
  expect(new Set(hashes).size).toBe(hashes.length)
  const guess = (text: string) => createHash('sha256').update(text).digest('hex')
  expect(hashes).not.toContain(guess(`POST ${PATH} ${KEY}`))
  expect(hashes).not.toContain(guess(`POST\n${PATH}\n${JSON.stringify(BODY)}`))
})
