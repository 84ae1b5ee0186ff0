import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { source } from '../source-tree.ts'
import { type LanguageServer, startLanguageServer } from './language-server.ts'
import { blanked, isRead, membersIn } from './members.ts'

const CARRIERS = 'worker/domain/carriers'
const isDriver = (file: string): boolean => /^worker\/(channels|vendors|sandbox)\//.test(file)
const isOurs = (file: string): boolean => /^(worker|durable-objects)\//.test(file) && !isDriver(file)

interface Contract {
  readonly file: string
  readonly owner: string
  /** Where its callers stand: a member that only its implementers name has none. */
  readonly isCaller: (file: string) => boolean
}
const contracts = (file: string, owners: readonly string[], isCaller: Contract['isCaller']): Contract[] =>
  owners.map((owner) => ({ file, owner, isCaller }))

/** What one side promises another, each with the side that calls or reads. */
const CONTRACTS: readonly Contract[] = [
  ...contracts(`${CARRIERS}/channel.ts`, ['Channel', 'NamedFile', 'Detached', 'Measure'], isOurs),
  ...contracts(
    `${CARRIERS}/provider.ts`,
    [
      'Provider',
      'Connection',
      'Submission',
      'Receipt',
      'ReceiptKey',
      'InboundMessage',
      'Received',
      'Polled',
      'Failure',
    ],
    isOurs,
  ),
  ...contracts(`${CARRIERS}/money.ts`, ['Money'], isOurs),
  ...contracts(`${CARRIERS}/provider.ts`, ['Ports', 'Attempt', 'PastAttempt'], isDriver),
  ...contracts(`${CARRIERS}/provider.ts`, ['SettingSpec', 'Turn', 'Screen'], () => true),
  ...contracts(
    'worker/domain/tenants/policy-pack.ts',
    ['PolicyPack', 'FooterRule', 'SendingHours', 'Source'],
    (file) => isOurs(file) && !/policy-packs\/(?!all\.ts)/.test(file),
  ),
  ...contracts('worker/flows/core/platform.ts', ['Platform'], isOurs),
  ...contracts(
    'worker/object-calls.ts',
    ['TenantCalls', 'IdempotencyCalls', 'ThrottleCalls', 'SessionCalls', 'BegunTurn'],
    (file) => isOurs(file) && !file.startsWith('durable-objects/'),
  ),
  ...contracts('worker/object-calls.ts', ['TurnCall'], (file) => file.startsWith('durable-objects/')),
]

/** Read by programs that stand outside of the Workers, or by people: where to see it. */
const READ_ELSEWHERE: Readonly<Record<string, { readonly by: string; readonly as: RegExp }>> = {
  // The law or the custom behind each rule, for who reads the pack; the test holds that no rule is without.
  'PolicyPack.sources': { by: 'test/domain/tenants/bulk-rules.test.ts', as: /sources/ },
  'Source.about': { by: 'test/domain/tenants/bulk-rules.test.ts', as: /about/ },
  'Source.source': { by: 'worker/domain/tenants/policy-packs/ir.ts', as: /source:/ },
}

/** Written, tested and never called; the next issue wires them, by the number of the case. */
const LEFT_FOR: Readonly<Record<string, string>> = {}

let server: LanguageServer
beforeAll(async () => {
  server = await startLanguageServer()
})
afterAll(() => server.close())

/** Members of these contracts, as `Owner.member`, that nobody on the callers' side reads. */
async function uncalled(list: readonly Contract[]): Promise<string[]> {
  const found = await Promise.all(
    list.map(async ({ file, owner, isCaller }) => {
      const members = await server.membersOf(file, owner)
      expect(members, `${owner} of ${file} has no members that this test can read`).not.toEqual([])
      const called = await Promise.all(members.map((member) => server.isReadBy(member, isCaller)))
      return members.filter((_, n) => !called[n]).map(({ name }) => `${owner}.${name}`)
    }),
  )
  return found.flat()
}

describe('every member of a contract', () => {
  // Some hundreds of questions to the compiler, on a machine that has other work.
  test('has a caller on the other side', async () => {
    const found = await uncalled(CONTRACTS)
    const named = new Set([...Object.keys(READ_ELSEWHERE), ...Object.keys(LEFT_FOR)])
    expect(
      found.filter((member) => !named.has(member)),
      'Drivers and packs must say these, and no flow or edge reads them (or, of ports and attempts, no driver). Call them, or take ' +
        'them out of the contract with all that implements them',
    ).toEqual([])
    expect(
      [...named].filter((member) => !found.includes(member)),
      'These have a caller now, or are gone: take them off the lists of this file',
    ).toEqual([])
  })

  test('that is read elsewhere is read there', () => {
    for (const [member, { by, as }] of Object.entries(READ_ELSEWHERE))
      expect(as.test(source(by)), `${member} is not read by ${by} any more: take it out of the contract`).toBe(true)
  })

  test('is seen to have none where its only readers are on its own side', async () => {
    const drivers = { file: `${CARRIERS}/provider.ts`, owner: 'Connection', isCaller: isDriver }
    expect(await uncalled([drivers])).toContain('Connection.receive')
    expect(await uncalled([{ ...drivers, isCaller: isOurs }])).not.toContain('Connection.receive')
  })
})

/** Is the last `name` of the text read? */
const readIn = (text: string): boolean => isRead(blanked(text), text.lastIndexOf('name'))

test.each([
  'const a = b.name',
  'const a = b?.name\n',
  'const { name } = b',
  'const { name: other, size } = b',
  'const f = ({ name }: B) => 1',
  'const f = (a: A, { name }) => 1',
  'function f({ size, name }: B): void {\n}',
  'for (const { name } of list) use()',
  'list.map(({ name }) => 1)',
  'const [{ name }] = list',
  'async function f(\n  a: A,\n  { name, size }: Pick<B, "size">,\n): Promise<void> {\n}',
])('a member is read by %j', (text) => {
  expect(readIn(text)).toBe(true)
})

test.each([
  'const a = { name: 1 }',
  'const a = { size, name }',
  'return { name }',
  'use({ name: 1 })',
  'use({ name }, (other) => 1)',
  'const f = () => ({ name: 1 })',
  'const b = { size: { name: 1 } }',
  'const b: B = {\n  async name(a) {\n    return a\n  },\n}',
  'if (use({ name: 1 })) {\n}',
  "type P = Pick<B, 'name'>",
])('a member is only given by %j', (text) => {
  expect(readIn(text)).toBe(false)
})

test('members are found in interfaces, in alternatives and in literals, without those of their members', () => {
  const text = `interface A {
  /** A comment: with a colon. */
  readonly a: string
  b?(x: number): { readonly inner: string }
  readonly c?: { readonly deep: number }
}
type B = { readonly d: 1 } | { readonly e?: 2; readonly d: 3 }
const C = { f: 1, g: { h: 2 } } as const`
  const of = (from: string, to: string) =>
    membersIn(text, text.indexOf(from), text.indexOf(to) < 0 ? text.length : text.indexOf(to)).map(({ name }) => name)
  expect([of('interface A', 'type B'), of('type B', 'const C'), of('const C', '…')]).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e'],
    ['f', 'g'],
  ])
})
