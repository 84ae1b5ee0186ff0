import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { FEATURES } from '#worker/domain/carriers/features.ts'
import type { Provider } from '#worker/domain/carriers/provider.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { operations } from '#worker/routes/resources.ts'
import { channels as channelsResource } from '#worker/routes/v1/channels.ts'
import { bare, importsOf, source, sourceFiles } from '../source-tree.ts'
import { type LanguageServer, startLanguageServer } from './language-server.ts'
import { withoutMembers, withoutReader } from './setting-reads.ts'

const TENANT = 'worker/domain/tenants/tenant.ts'
const SETTINGS = 'worker/domain/tenants/settings.ts'
/** Where settings are taken in, kept and shown: to be read there has no effect. */
const isKeeper = (file: string): boolean => /^worker\/(routes|store)\//.test(file) || file === SETTINGS

type Owner = readonly [file: string, name: string]
/** Settings of accounts: the body that takes them, and the types by which the gateway reads them. */
const BODIES: readonly {
  readonly call: string
  readonly owners: readonly Owner[]
  /** Fields that go by another name there. */
  readonly as?: Readonly<Record<string, string>>
}[] = [
  {
    call: 'POST /admin/v1/tenants',
    owners: [
      [SETTINGS, 'TenantSettings'],
      [TENANT, 'Policy'],
    ],
  },
  {
    call: 'PATCH /admin/v1/tenants/:tenantId',
    owners: [
      [SETTINGS, 'TenantSettings'],
      [TENANT, 'Policy'],
    ],
  },
  {
    call: 'POST /admin/v1/tenants/:tenantId/credentials',
    owners: [
      [TENANT, 'Credential'],
      [TENANT, 'CredentialProof'],
    ],
  },
  { call: 'POST /admin/v1/tenants/:tenantId/senders', owners: [[TENANT, 'Sender']] },
  { call: 'PUT /admin/v1/routes', owners: [[TENANT, 'Route']] },
  { call: 'POST /admin/v1/connections', owners: [[TENANT, 'ConnectionConfig']] },
  { call: 'PATCH /admin/v1/connections/:connectionId', owners: [[TENANT, 'ConnectionConfig']] },
]
/** Fields that are shown again and mean nothing more, or that name the row itself. */
const LABELS: Readonly<Record<string, string>> = {
  name: 'operators tell tenants, credentials and connections apart by it',
  description: 'the tenant tells endpoints apart by it',
  tenantId: 'the key of the row: whose route it is',
  version: 'names the state that a change is for, which is held against it (test/api/idempotency.test.ts)',
}
/** Types whose every member must have a reader outside of the files that make it. */
const READ_WHOLE: readonly (readonly [file: string, owner: string, isMaker: (file: string) => boolean])[] = [
  [TENANT, 'Policy', isKeeper],
  [SETTINGS, 'TenantSettings', isKeeper],
  [SETTINGS, 'Limits', (file) => /^worker\/routes\//.test(file)],
  [TENANT, 'EndpointSummary', isKeeper],
  [TENANT, 'ConnectionConfig', (file) => isKeeper(file) || file === 'worker/flows/carriers/connections.ts'],
  ['worker/env.ts', 'Env', (file) => file === 'worker/env.ts'],
  ['worker/config.ts', 'Config', (file) => file === 'worker/config.ts'],
]

/** Features that are told and that no message asks for. */
const TOLD: Readonly<Record<string, string>> = {
  read: 'a tenant sees in GET /v1/channels whether `read` will ever come',
  record: 'a tenant sees in GET /v1/channels whether callers can leave a message',
}
/** Documented and without effect; the next issue wires them, by the number of the case. */
const LEFT_FOR: Readonly<Record<string, string>> = {
  'status scheduled': 'E5: schedules come soon',
  'capability schedule': 'E5: schedules come soon',
}
/** Members of a connection that no flow calls (test/wired/contracts.test.ts): what only they read has no effect. */
const UNCALLED: readonly string[] = []

const left = (found: readonly string[], kind: RegExp): void => {
  const named = Object.keys(LEFT_FOR).filter((name) => kind.test(name))
  const advice = 'It is documented and nothing reads it: give it an effect, or take it out of code and docs'
  expect(
    found.filter((name) => !named.includes(name)),
    advice,
  ).toEqual([])
  const mended = named.filter((name) => !found.includes(name))
  expect(mended, 'These have an effect now, or are gone: take them off LEFT_FOR of this file').toEqual([])
}

let server: LanguageServer
beforeAll(async () => {
  server = await startLanguageServer()
})
afterAll(() => server.close())

const isOurs = (file: string): boolean => /^(worker|durable-objects)\//.test(file)

describe('settings of accounts', () => {
  interface Shaped {
    readonly shape?: object
    readonly options?: readonly Shaped[]
  }
  const namesIn = ({ shape = {}, options = [] }: Shaped): string[] => [
    ...Object.keys(shape),
    ...options.flatMap(namesIn),
  ]
  const fieldsOf = (call: string): string[] => {
    const operation = operations.find(({ method, path }) => `${method} ${path}` === call)
    const names = new Set(operation?.body ? namesIn(operation.body as Shaped) : [])
    if (names.size === 0)
      throw new Error(`${call} has no body that names its fields: name the call that takes them now`)
    return [...names]
  }

  /** Those of some fields that no file of this kind reads by one of the types. */
  async function unread(fields: readonly string[], owners: readonly Owner[], isReader: (file: string) => boolean) {
    const members = (await Promise.all(owners.map(([file, name]) => server.membersOf(file, name)))).flat()
    const reads = fields.map(async (field) => {
      const member = members.find(({ name }) => name === field)
      return member !== undefined && server.isReadBy(member, isReader)
    })
    const read = await Promise.all(reads)
    return fields.filter((field, n) => !read[n] && LABELS[field] === undefined)
  }
  const isUser = (file: string): boolean => isOurs(file) && !isKeeper(file)

  test.each(BODIES)('each field of $call is read beyond what keeps it', async ({ call, owners }) => {
    const found = await unread(fieldsOf(call), owners, isUser)
    expect(found, `kept and shown, and nothing is done by it: give it an effect or take it out of ${call}`).toEqual([])
  })

  test('a field that nobody reads, or only what keeps it, is found', async () => {
    const owners: readonly Owner[] = [[SETTINGS, 'TenantSettings']]
    expect(await unread(['timeZone', 'colour'], owners, isUser)).toEqual(['colour'])
    expect(await unread(['timeZone', 'colour'], owners, (file) => file.startsWith('worker/lib/'))).toHaveLength(2)
  })

  test.each(['POST /v1/webhooks', 'PATCH /v1/webhooks/:id'])(
    'each field of %s is read where events are told',
    (call) => {
      const tellers = sourceFiles('worker/flows').filter(
        (file) => /\bWebhook\b|\bEndpoint\b/.test(source(file)) && !file.endsWith('/webhook-changes.ts'),
      )
      const text = tellers.map((file) => bare(source(file), { strings: false })).join('\n')
      const isRead = (field: string): boolean => new RegExp(`\\.${field}\\b|[{,]\\s*${field}\\s*[,}]`).test(text)
      expect(isRead('colour')).toBe(false)
      const found = fieldsOf(call).filter((field) => !isRead(field) && LABELS[field] === undefined)
      expect(found, `kept and shown, and no event is told by it: take it out of ${call}`).toEqual([])
    },
  )

  test.each(READ_WHOLE)('%s: each member of %s is read', async (file, owner, isMaker) => {
    const members = await server.membersOf(file, owner)
    expect(members.length).toBeGreaterThan(1)
    for (const member of members) {
      const isRead = await server.isReadBy(member, (user) => isOurs(user) && !isMaker(user))
      expect(isRead, `nothing reads ${owner}.${member.name}: take it out`).toBe(true)
    }
  })
})

describe('settings of providers', () => {
  /** The file that exports this provider, of those that its channel’s list imports. */
  async function driverOf(channel: ChannelName, provider: Provider): Promise<string> {
    const list = `worker/channels/${channel}/providers.ts`
    for (const { to, typeOnly } of importsOf(list, source(list))) {
      if (typeOnly) continue
      const exported = (await import(pathToFileURL(resolve(to)).href)) as Record<string, unknown>
      if (Object.values(exported).includes(provider)) return to
    }
    throw new Error(`no file that ${list} imports exports the provider ${provider.name}`)
  }
  /** A driver with what it imports of its channel, of vendors and of sessions. */
  function textsOf(file: string, seen = new Set<string>()): string[] {
    if (seen.has(file)) return []
    seen.add(file)
    const text = source(file)
    const near = importsOf(file, text).filter(({ to }) =>
      /^worker\/(channels\/[^/]+|vendors|domain\/sessions)\//.test(to),
    )
    return [bare(text, { strings: true }), ...near.flatMap(({ to }) => textsOf(to, seen))]
  }

  test('each is read by its driver', async () => {
    const found: string[] = []
    for (const channel of CHANNELS)
      for (const provider of Object.values(channels[channel].providers)) {
        const texts = textsOf(await driverOf(channel, provider)).map((text) => withoutMembers(text, UNCALLED))
        const unread = withoutReader(Object.keys(provider.settings), texts)
        found.push(...unread.map((name) => `${channel}/${provider.name} ${name}`))
      }
    left(found, /\//)
  })

  test('one that nobody reads, or only a member without a caller, is found', () => {
    const driver = `const settings = openSettings(acme, raw)
const lines = settings.optionalText('lines').split(',')
return {
  submit: () => call(settings.url('url')),
  async poll(cursor) {
    return lines[cursor]
  },
}`
    const names = ['url', 'lines', 'apiKey']
    expect(withoutReader(names, [driver])).toEqual(['apiKey'])
    expect(withoutReader(names, [withoutMembers(driver, ['poll'])])).toEqual(['lines', 'apiKey'])
    const arrow = driver.replace(/ {2}async poll[^}]*},/, '  poll: (cursor) => poll(lines, cursor),')
    const both = `async function poll(lines: string[], cursor: string): Promise<{ readonly a: 1 }> {\n  return lines[cursor]\n}\n${arrow}`
    expect(withoutReader(names, [both])).toEqual(['apiKey'])
    expect(withoutReader(names, [withoutMembers(both, ['poll'])])).toEqual(['lines', 'apiKey'])
  })
})

describe('what is told of channels and messages', () => {
  const WORKER = sourceFiles('worker').map((file) => [file, bare(source(file), { strings: true })] as const)
  /** Does this stand in one of these files? */
  const isWritten = (words: string, isPlace: (file: string) => boolean): boolean =>
    WORKER.some(([file, text]) => isPlace(file) && text.includes(words))

  test('some provider has each feature, and a message needs it or a flow asks for it', () => {
    const names = Object.keys(FEATURES) as (keyof typeof FEATURES)[]
    const providers = CHANNELS.flatMap((channel) => Object.values(channels[channel].providers))
    const had = new Set<string>(providers.flatMap(({ features }) => features))
    expect(
      names.filter((name) => !had.has(name)),
      'no provider has these: take them out of features.ts',
    ).toEqual([])
    const isRule = (file: string): boolean => /^worker\/channels\/[^/]+\/(rules|content)\.ts$/.test(file)
    const isFlow = (file: string): boolean => /^worker\/(flows|routes|[^/]+\.ts$)/.test(file)
    const isAsked = (name: string): boolean =>
      isWritten(`'${name}'`, isRule) ||
      [`includes('${name}')`, `has('${name}')`, `['${name}', `, `'${name}'] as const`].some((text) =>
        isWritten(text, isFlow),
      )
    expect(
      names.filter((name) => !isAsked(name)),
      'told, and nothing depends on them: use them, or say in TOLD why not',
    ).toEqual(Object.keys(TOLD))
  })

  test('an account that has every feature has every capability', async () => {
    const app = new Hono<AppEnv>()
    const connections = [{ id: 'con_0', features: Object.keys(FEATURES) }]
    const policy = { routes: [{ channel: 'sms', mode: 'live', connections }] }
    app.use(async (c, next) => {
      c.set('principal', { policy, realm: 'live.ten_000000000000', scopes: ['messages:read'] } as never)
      await next()
    })
    channelsResource.mount(app, [])
    const { data } = (await (await app.request('/v1/channels')).json()) as {
      data: { channel: string; capabilities: Record<string, boolean> }[]
    }
    const { capabilities = {} } = data.find(({ channel }) => channel === 'sms') ?? {}
    expect(Object.keys(capabilities).length).toBeGreaterThan(3)
    const lacking = Object.keys(capabilities).filter((name) => !capabilities[name])
    left(
      lacking.map((name) => `capability ${name}`),
      /^capability /,
    )
  })

  test('every status is given to some message', () => {
    const isPlace = (file: string): boolean =>
      /^worker\/(flows|store|channels|vendors|domain\/carriers)\//.test(file) && !file.endsWith('/ledger-schema.ts')
    const ungiven = Object.keys(STATUS_CODES).filter(
      (status) => !isWritten(`'${status}'`, isPlace) && !isWritten(`STATUS_CODES.${status}`, isPlace),
    )
    left(
      ungiven.map((status) => `status ${status}`),
      /^status /,
    )
  })
})
