import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { SignedInPerson } from '../players/person-world.ts'
import { signedInPerson } from '../players/person-world.ts'
import { addChannel, caller } from '../world.ts'
import { receiver } from './busy-tenant.ts'
import { type ConsoleWorld, SITE, startConsoleWorld } from './console-world.ts'

/** A gateway with a record of each kind that a form of the console changes, and people who change them. */
export interface Records {
  readonly world: ConsoleWorld
  /** Who has all forms open: an owner of the account and of the staff. */
  readonly owner: SignedInPerson
  /** Another one of the staff, who approves. */
  readonly second: SignedInPerson
  /** Ids of those whose roles are changed. */
  readonly changed: { readonly member: string; readonly staff: string }
  /** Ids of records that are changed. */
  readonly made: { readonly connection: string; readonly device: string; readonly webhook: string }
}

/** Starts it. */
export async function startRecords(): Promise<Records> {
  const world = await startConsoleWorld(receiver)
  const role = { [world.tenantId]: 'owner' as const }
  const owner = await signedInPerson(world.chapar, { name: 'سارا', level: 2, roles: role, operatorRole: 'owner' })
  const second = await world.staff('owner')
  const changed = { member: (await world.member('viewer')).id, staff: (await world.staff('finance')).id }
  await addChannel(world, { channel: 'push', address: 'shop-app' })
  const create = async (path: string, body: object): Promise<string> =>
    (await world.json<{ readonly id: string }>(path, { body, status: 201 })).id
  const connection = { channel: 'sms', provider: 'sandbox', name: 'دوم', settings: {} }
  const made = {
    connection: ((await world.operator.post('/admin/v1/connections', connection)) as { readonly id: string }).id,
    device: await create('/v1/devices', { app: 'shop-app', network: 'sandbox', token: 'device-1', user: 'sara' }),
    webhook: await create('/v1/webhooks', { url: 'https://hooks.example.com/chapar' }),
  }
  return { world, owner, second, changed, made }
}

/** A form of a record, how it is filled, and what is kept of the record. */
export interface Form {
  readonly language: 'en' | 'fa'
  readonly path: () => string
  readonly open?: (page: Page) => Promise<void>
  /** Name of its window, or of its card; absent: it is all that the page has. */
  readonly dialog?: string
  readonly card?: string
  readonly save: string
  /** Types what becomes `mine`. */
  readonly type: (form: Locator) => Promise<unknown>
  /** What the form holds. */
  readonly held: (form: Locator) => Promise<unknown>
  /** Makes the record `theirs`, by the API. */
  readonly theirs: () => Promise<Response>
  /** What the note says that differs. */
  readonly told: readonly string[]
  /** What the form holds: as it was typed, and when it began anew. */
  readonly holds: readonly [mine: unknown, theirs: unknown]
  /** What is kept of the record. */
  readonly read: () => Promise<unknown>
  readonly kept: readonly [mine: unknown, theirs: unknown]
  /** True of what two people do. */
  readonly byTwo?: boolean
}

export interface Listed {
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

const admin = async ({ world }: Records) =>
  caller(world.chapar, await world.chapar.operatorToken('another', { breakGlass: 'a test' }))
const change = async (it: Records, path: string, body: object, method = 'PATCH'): Promise<Response> =>
  (await admin(it))(path, { method, body })
const read = async <Answer = Readonly<Record<string, unknown>>>(it: Records, path: string): Promise<Answer> =>
  (await (await admin(it))(path)).json() as Promise<Answer>

const chosen = (form: Locator) => form.locator('.radio[data-selected]').innerText()
const members = async ({ owner, world }: Records): Promise<Listed> =>
  (await (await owner.calling(world.tenantId))('/v1/members')).json() as Promise<Listed>
const roleOf = ({ data }: Listed, person: string): unknown => data.find(({ id }) => id === person)?.['role']

/** Calls as who may change the record of a path: an operator, or the owner of the account. */
const callerOf = (it: Records, path: string) =>
  path.startsWith('/admin/') ? admin(it) : it.owner.calling(it.world.tenantId)

/** Invites somebody, by the list of invitations at a path. */
export async function invite(it: Records, path: string, body: object): Promise<void> {
  const answer = await (await callerOf(it, path))(path, { body })
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
}

/** How the invitations of a path stand. */
export const invitations = async (it: Records, path: string): Promise<readonly unknown[]> =>
  ((await (await (await callerOf(it, path))(path)).json()) as Listed).data.map(({ status }) => status)

interface Licensee {
  readonly signUp: { readonly approval: boolean; readonly mode: string }
  readonly legal: { readonly landline: string | null }
  readonly origins: readonly string[]
}
const licensee = (it: Records) => read<Licensee>(it, '/admin/v1/licensee')

/** The forms, by what they change. */
export const FORMS: Readonly<Record<string, (it: Records) => Form>> = {
  'a route': (it) => ({
    language: 'fa',
    path: () => `/operator/routes?tenant=${it.world.tenantId}`,
    open: (on) => on.getByRole('button', { name: 'تغییر مسیر پیامک، آزمایشی' }).click(),
    dialog: 'مسیر پیامک، آزمایشی',
    save: 'ذخیره',
    type: async (form) => {
      await form.getByRole('button', { name: /افزودن اتصال/ }).click()
      await form.page().getByRole('option', { name: 'Sandbox (sms)' }).click()
    },
    held: (form) => form.locator('.route-order [dir]').allInnerTexts(),
    theirs: () =>
      change(
        it,
        '/admin/v1/routes',
        { tenantId: it.world.tenantId, channel: 'sms', mode: 'test', connections: [it.made.connection] },
        'PUT',
      ),
    told: ['به این ترتیب آزموده می‌شود: دوم'],
    holds: [['Sandbox', 'Sandbox (sms)'], ['دوم']],
    read: async () => {
      const { data } = await read<Listed>(it, `/admin/v1/routes?tenantId=${it.world.tenantId}`)
      const route = data.find(({ channel, mode }) => channel === 'sms' && mode === 'test')
      const connections = (await read<Listed>(it, '/admin/v1/connections')).data
      const nameOf = (one: string): unknown => connections.find(({ id }) => id === one)?.['name']
      return (route?.['connections'] as readonly string[] | undefined)?.map(nameOf)
    },
    kept: [['دوم', 'Sandbox (sms)'], ['دوم']],
  }),
  'a connection': (it) => ({
    language: 'en',
    path: () => `/operator/connections/${it.made.connection}/edit`,
    save: 'Save',
    type: (form) => form.getByLabel('Name').fill('اتصال من'),
    held: (form) => form.getByLabel('Name').inputValue(),
    theirs: () => change(it, `/admin/v1/connections/${it.made.connection}`, { name: 'اتصال او', concurrency: 3 }),
    told: ['Name: اتصال او', 'Calls under way at once: 3'],
    holds: ['اتصال من', 'اتصال او'],
    read: async () => {
      const { name, concurrency } = await read(it, `/admin/v1/connections/${it.made.connection}`)
      return [name, concurrency]
    },
    kept: [
      ['اتصال من', 3],
      ['اتصال او', 3],
    ],
  }),
  'who may sign up': (it) => ({
    language: 'fa',
    path: () => '/operator/licensee',
    card: 'ثبت‌نام و کدها',
    save: 'ذخیره',
    type: (form) => form.getByText('پیش از ارسال واقعی، گرداننده حساب را تأیید می‌کند').click(),
    held: (form) => form.getByRole('checkbox', { name: 'پیش از ارسال واقعی' }).isChecked(),
    theirs: () => change(it, '/admin/v1/licensee', { signUp: { mode: 'live' } }),
    told: ['پیش از ارسال واقعی، گرداننده حساب را تأیید می‌کند: بله', 'حالتی که کدها در آن می‌رود: واقعی'],
    holds: [false, true],
    read: async () => {
      const { approval, mode } = (await licensee(it)).signUp
      return [approval, mode]
    },
    kept: [
      [false, 'live'],
      [true, 'live'],
    ],
    byTwo: true,
  }),
  'what the legal pages say': (it) => ({
    language: 'en',
    path: () => '/operator/licensee',
    card: 'Contact',
    save: 'Save',
    type: (form) => form.getByLabel('Landline').fill('+982112345678'),
    held: (form) => form.getByLabel('Landline').inputValue(),
    theirs: () => change(it, '/admin/v1/licensee', { legal: { landline: '+982187654321' } }),
    told: ['Landline: +982187654321'],
    holds: ['+982112345678', '+982187654321'],
    read: async () => (await licensee(it)).legal.landline,
    kept: ['+982112345678', '+982187654321'],
    byTwo: true,
  }),
  'where passkeys work': (it) => ({
    language: 'fa',
    path: () => '/operator/licensee',
    card: 'کلید عبور کجا کار می‌کند',
    save: 'ذخیره',
    type: (form) => form.getByLabel('صفحه‌هایی که').fill(`${SITE}\nhttps://mine.localhost`),
    held: (form) => form.getByLabel('صفحه‌هایی که').inputValue(),
    theirs: () => change(it, '/admin/v1/licensee', { origins: [SITE, 'https://theirs.localhost'] }),
    told: [`صفحه‌هایی که می‌توانند از ورود استفاده کنند: ${SITE} https://theirs.localhost`],
    holds: [`${SITE}\nhttps://mine.localhost`, `${SITE}\nhttps://theirs.localhost`],
    read: async () => (await licensee(it)).origins,
    kept: [
      [SITE, 'https://mine.localhost'],
      [SITE, 'https://theirs.localhost'],
    ],
    byTwo: true,
  }),
  'a role of the staff': (it) => ({
    language: 'en',
    path: () => '/operator/staff',
    open: (on) =>
      on
        .getByRole('row', { name: /Finance/ })
        .getByRole('button')
        .click(),
    dialog: 'Change the role',
    save: 'Change the role',
    type: (form) => form.locator('.radio', { hasText: /^Support/ }).click(),
    held: chosen,
    theirs: () => change(it, `/admin/v1/staff/${it.changed.staff}`, { role: 'auditor' }),
    told: ['Role: Auditor'],
    holds: [expect.stringContaining('Support'), expect.stringContaining('Auditor')],
    read: async () => roleOf(await read<Listed>(it, '/admin/v1/staff'), it.changed.staff),
    kept: ['support', 'auditor'],
    byTwo: true,
  }),
  'a role in an account': (it) => ({
    language: 'fa',
    path: () => it.world.at('team'),
    open: (on) =>
      on
        .getByRole('row', { name: /بیننده/ })
        .getByRole('button', { name: 'تغییر نقش' })
        .click(),
    dialog: 'تغییر نقش',
    save: 'تغییر نقش',
    type: (form) => form.locator('.radio', { hasText: /^پشتیبان/ }).click(),
    held: chosen,
    theirs: async () =>
      (await it.owner.calling(it.world.tenantId))(`/v1/members/${it.changed.member}`, {
        method: 'PATCH',
        body: { role: 'auditor' },
      }),
    told: ['نقش: حسابرس'],
    holds: [expect.stringContaining('پشتیبان'), expect.stringContaining('حسابرس')],
    read: async () => roleOf(await members(it), it.changed.member),
    kept: ['support', 'auditor'],
  }),
  'a device': (it) => ({
    language: 'en',
    path: () => it.world.at('devices'),
    open: (on) => on.getByRole('button', { name: /^Edit / }).click(),
    dialog: 'Change the device',
    save: 'Save',
    type: (form) => form.getByLabel('Tags').fill('mine, news'),
    held: (form) => form.getByLabel('Tags').inputValue(),
    theirs: () =>
      it.world.call(`/v1/devices/${it.made.device}`, { method: 'PATCH', body: { user: null, tags: ['theirs'] } }),
    told: ['Person: nothing', 'Tags: theirs'],
    holds: ['mine, news', 'theirs'],
    read: async () => (await it.world.json<{ readonly tags: unknown }>(`/v1/devices/${it.made.device}`)).tags,
    kept: [['mine', 'news'], ['theirs']],
  }),
  'a webhook': (it) => ({
    language: 'fa',
    path: () => it.world.at(`developers/webhooks/${it.made.webhook}/edit`),
    save: 'ذخیره',
    type: (form) => form.getByLabel('یادداشت').fill('از من'),
    held: (form) => form.getByLabel('یادداشت').inputValue(),
    theirs: () =>
      it.world.call(`/v1/webhooks/${it.made.webhook}`, {
        method: 'PATCH',
        body: { description: 'از او', events: ['message.delivered'] },
      }),
    told: ['یادداشت: از او', 'رویدادها: پیام به گیرنده رسید'],
    holds: ['از من', 'از او'],
    read: async () => {
      const { description, events } = await it.world.json<Record<string, unknown>>(`/v1/webhooks/${it.made.webhook}`)
      return [description, events]
    },
    kept: [
      ['از من', ['message.delivered']],
      ['از او', ['message.delivered']],
    ],
  }),
}
