import { type MessageId, newRequestId, newVerificationId, RECIPIENT_DIGITS, type TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { newOpaque, opaqueHash } from '#worker/flows/accounts/opaque.ts'
import { codeHash, sealOrder } from '#worker/flows/verifications/order.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import type { VerificationCalls } from '#worker/object-calls.ts'
import { putCeremony } from '#worker/store/people/ceremonies.ts'
import { KAVENEGAR } from '../../worlds/faults/carriers.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import type { Surface } from '../../worlds/surface.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { newTenant } from '../../worlds/world.ts'
import type { Example } from '../examples.ts'

type Prepare = (it: Surface) => Promise<Example>

const senders = new WeakMap<object, Promise<TenantId>>()

/** Has codes of accounts go out by a carrier that is not the sandbox, and sign-up open; gives the tenant that sends them. */
export function codesWork(it: Surface): Promise<TenantId> {
  const made = senders.get(it.chapar) ?? newCodeSender(it)
  senders.set(it.chapar, made)
  return made
}

const newCodeSender = (it: Surface): Promise<TenantId> =>
  newTenant(it.chapar, { mode: 'live', connection: KAVENEGAR, line: '10004777' }).then(async (tenant) => {
    const signUp = { open: true, tenantId: tenant.tenantId, mode: 'live' }
    await it.admin('/admin/v1/licensee', { method: 'PATCH', body: { signUp } })
    return tenant.tenantId as TenantId
  })

export const CODE = '481516'
let count = 0
export const someMobile = (): string => `+98933${String(2_000_000 + (Date.now() % 100_000) + count++).padStart(7, '0')}`

/** A step whose code, `CODE`, was sent a minute ago; what the browser holds of it. */
export async function underWay(
  it: Surface,
  purpose: string,
  personId: string | null,
  mobile: string,
  facts: object = { name: 'Zw7exampleName8Kd', email: 'zw8-example@person.example', tenantName: 'Shop' },
): Promise<string> {
  const tenantId = await codesWork(it)
  const config = await configOf(it.chapar.secrets)
  const at = Date.now() - 60_000
  const realm = realmOf(tenantId, 'live')
  const recipient = randomDigits(RECIPIENT_DIGITS)
  const id = await newVerificationId(config.idKeys, realm, newRequestId(at), recipient)
  const order = { to: mobile, channels: ['sms'], locale: 'en', ttlMs: 600_000, digits: 6 } as const
  const namespace = await it.chapar.mf.getDurableObjectNamespace('VERIFICATION', 'chapar')
  const object = namespace.getByName(recipient) as unknown as VerificationCalls
  const { id: messageId } = await it.idAt(at)
  await object.start({
    id,
    realm,
    shard: 0,
    channels: ['sms'],
    mostChecks: 5,
    binding: null,
    order: await sealOrder({ config: { transit: config.transit } }, id, order),
    code: {
      hash: await codeHash({ config }, id, CODE),
      channel: 'sms',
      wording: 'gateway',
      messageId: messageId as MessageId,
      sentAt: at,
      expiresAt: at + 600_000,
    },
  })
  const held = newOpaque()
  const ceremony = {
    key: await opaqueHash(config, 'ceremony', held),
    kind: 'code',
    personId: personId as `per_${string}` | null,
    step: JSON.stringify({ purpose, verification: id, mobile, instead: null, facts }),
    expiresAt: Date.now() + 600_000,
  }
  await putCeremony(it.chapar.control, it.chapar.keys, ceremony, at)
  return held
}

export const unnamed = () => ({ 'cf-connecting-ip': `198.51.${count % 250}.9` })

/** Good calls of codes of accounts, by the name of the operation. */
export const codeExamples: Readonly<Record<string, Prepare>> = {
  'POST /v1/auth/sign-up': async (it) => {
    await codesWork(it)
    const body = {
      name: 'Zw9someName1Kd',
      email: 'zx1-some@person.example',
      tenantName: 'Shop',
      mobile: someMobile(),
    }
    return { path: '/v1/auth/sign-up', body, headers: unnamed(), status: 202 }
  },
  'POST /v1/auth/sign-up/check': async (it) => ({
    path: '/v1/auth/sign-up/check',
    body: { ceremony: await underWay(it, 'sign-up', null, someMobile()), code: CODE },
    headers: { cookie: '' },
    status: 200,
  }),
  'POST /v1/auth/sign-in/code': async (it) => {
    await codesWork(it)
    return { path: '/v1/auth/sign-in/code', body: { mobile: someMobile() }, headers: unnamed(), status: 202 }
  },
  'POST /v1/auth/sign-in/check': async (it) => {
    const { id, mobile } = await signedInPerson(it.chapar)
    const ceremony = await underWay(it, 'sign-in', id, mobile ?? '')
    return { path: '/v1/auth/sign-in/check', body: { ceremony, code: CODE }, headers: { cookie: '' }, status: 200 }
  },
  'POST /v1/auth/code/resend': async (it) => ({
    path: '/v1/auth/code/resend',
    body: { ceremony: await underWay(it, 'sign-up', null, someMobile()) },
    status: 202,
  }),
  'POST /v1/auth/step-up/code': async (it) => {
    await codesWork(it)
    const { cookie } = await signedInPerson(it.chapar)
    return { path: '/v1/auth/step-up/code', method: 'POST', headers: { cookie, ...unnamed() }, status: 202 }
  },
  'POST /v1/auth/step-up': async (it) => {
    const { id, mobile, cookie } = await signedInPerson(it.chapar)
    const ceremony = await underWay(it, 'step-up', id, mobile ?? '')
    return { path: '/v1/auth/step-up', body: { ceremony, code: CODE }, headers: { cookie }, status: 204 }
  },
  'POST /v1/auth/tenants': async (it) => {
    const { cookie } = await signedInPerson(it.chapar)
    return { path: '/v1/auth/tenants', body: { tenantName: 'Shop' }, headers: { cookie }, status: 200 }
  },
  'POST /v1/auth/close': async (it) => {
    const { cookie } = await signedInPerson(it.chapar)
    return { path: '/v1/auth/close', method: 'POST', headers: { cookie }, status: 204 }
  },
}
