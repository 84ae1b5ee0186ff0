import { digitsOf, newPeopleId, newTenantId, type RequestId, type TenantId } from '#worker/domain/ids.ts'
import type { LicenseeSettings } from '#worker/domain/licensee.ts'
import { Problem } from '#worker/domain/problem.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { TenantStatus } from '#worker/domain/tenants/tenant.ts'
import { DAY } from '#worker/domain/time.ts'
import type { Locale } from '#worker/domain/verifications/text.ts'
import { sendersOfTest } from '#worker/flows/carriers/test-mode.ts'
import { placeTenant } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type Pace, returnPace, takePace } from '#worker/store/control/challenge-pace.ts'
import { boundShards } from '#worker/store/ledger.ts'
import { invitedTo } from '#worker/store/people/invitations.ts'
import { insertOwnTenant } from '#worker/store/people/own-tenants.ts'
import { insertPerson, type NewPerson, ownerOfMobile, type Person } from '#worker/store/people/people.ts'
import { localeOf, type TypedCode } from './by-code.ts'
import { takeCode } from './code-pace.ts'
import { codeSender } from './code-sender.ts'
import { type CodeCall, provenBy, readMobile, type SentCode, sendCode } from './codes.ts'
import { keptLicensee } from './kept-licensee.ts'
import { marketOf } from './market.ts'
import { opaqueHash } from './opaque.ts'
import { type FreshSignIn, openSignIn } from './sign-in.ts'

/** Identity level from which what a person makes is vouched for. */
const PROVEN_LEVEL = 2
/** Accounts of one person that nobody has vouched for yet. */
const MOST_UNPROVEN = 3

/** Pace of those that one person makes, those that he handed on as well: no faster than unused ones are closed. */
const OWN_PACE = { burst: MOST_UNPROVEN, everyMs: (30 * DAY) / MOST_UNPROVEN } as const satisfies Pace

/** What somebody says of himself who signs up: for a tenant of his own, or with an invitation, by which he makes none. */
type SignUp = { readonly name: string } & (
  | { readonly email: string; readonly tenantName: string }
  | { readonly invitation: string }
)

/** What a sign-up keeps of that. `invited`: keyed hash of the secret of the invitation. */
type SignUpFacts = { readonly name: string } & (
  | { readonly email: string; readonly tenantName: string }
  | { readonly invited: string }
)

function demandOpen({ signUp }: LicenseeSettings): void {
  if (!signUp.open) throw new Problem('forbidden', { detail: 'Accounts are made by the operator here.' })
}

async function factsOf({ config }: Platform, asked: SignUp): Promise<SignUpFacts> {
  const { name } = asked
  if (!('invitation' in asked)) return { name, email: asked.email, tenantName: asked.tenantName }
  return { name, invited: await opaqueHash(config, 'invitation', asked.invitation) }
}

/**
 * True if this number may sign up: any may for a tenant of its own where the licensee lets it; with an invitation that which was
 * invited alone, wherever. Throws where nobody may, or the invitation is none that is open.
 */
async function maySignUp(
  { env, keys, now }: Platform,
  settings: LicenseeSettings,
  facts: SignUpFacts,
  mobile: string,
): Promise<boolean> {
  if (!('invited' in facts)) {
    demandOpen(settings)
    return true
  }
  const found = await invitedTo(env.CONTROL, keys, { tokenHash: facts.invited, mobile, now: now() })
  if (found === null) throw new Problem('not-found')
  if (!found.isOpen) throw new Problem('conflict', { detail: 'This invitation was used or canceled, or is over.' })
  return found.isHis
}

/**
 * Asks for the code of a sign-up. Who has an account already is told so on his telephone and nowhere else, and to another number
 * than the invited one nothing goes: the answer, and the work for it, are the same.
 */
export async function askSignUp(
  platform: Platform,
  call: CodeCall,
  asked: SignUp & { readonly mobile: string; readonly locale: Locale | undefined },
): Promise<SentCode> {
  const sender = await codeSender(platform)
  const mobile = readMobile(platform, sender.principal, asked.mobile)
  const facts = await factsOf(platform, asked)
  const may = await maySignUp(platform, sender.settings, facts, mobile)
  await takeCode(platform, { mobile, from: call.from, isSignUp: true })
  const owner = await ownerOfMobile(platform.env.CONTROL, platform.keys, mobile)
  return sendCode(platform, sender, call, {
    purpose: 'sign-up',
    mobile,
    locale: asked.locale ?? localeOf(sender.principal.policy.region),
    personId: null,
    instead: may ? (owner ? 'notice' : null) : 'nothing',
    facts,
  })
}

/** Tenant that a person made by himself. */
interface OwnTenant {
  readonly id: TenantId
  readonly name: string
  readonly status: TenantStatus
}

const tooManyOwn = (): Problem =>
  new Problem('conflict', {
    detail: `You made ${MOST_UNPROVEN} accounts that nobody has vouched for yet..`,
  })

/**
 * Makes a tenant of a person's own, whose owner he is: test works at once, live once his identity is proven and, if the licensee
 * wants that, an operator approved it. Refuses (409) a fourth that nobody has vouched for, his or handed on.
 */
export async function makeOwnTenant(
  platform: Platform,
  person: Pick<Person, 'id' | 'level'>,
  name: string,
  request: RequestId,
): Promise<OwnTenant> {
  const now = platform.now()
  const licensee = await keptLicensee(platform)
  demandOpen(licensee)
  // The level of a code that was sent: what it permits in live is the market's to say.
  const settings = { ...DEFAULT_SETTINGS, ...(await marketOf(platform, licensee)), identityLevel: 'L1' as const }
  const tenant = {
    id: newTenantId(await digitsOf(request)),
    name,
    status: licensee.signUp.approval ? ('pending' as const) : ('active' as const),
    version: 1,
    settings,
    shards: boundShards(platform.env).slice(-1),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    suspension: null,
  }
  const { CONTROL } = platform.env
  const pace = await opaqueHash(platform.config, 'own tenants', person.id)
  const isPaced = person.level < PROVEN_LEVEL
  if (isPaced && (await takePace(CONTROL, pace, OWN_PACE, now)) > 0) throw tooManyOwn()
  const own = { tenant, personId: person.id, senders: sendersOfTest(platform, tenant.id, now) }
  if (!(await insertOwnTenant(CONTROL, own, MOST_UNPROVEN))) {
    if (isPaced) await returnPace(CONTROL, pace, OWN_PACE)
    throw tooManyOwn()
  }
  await placeTenant(platform, tenant.id, settings.location)
  return tenant
}

/**
 * Makes the person of a sign-up whose code is right, and signs him in; of who brought no invitation also a tenant. The invitation
 * is his to accept then, as of anybody who is signed in.
 */
export async function signUp(
  platform: Platform,
  { ceremony, code, request, place, before }: TypedCode,
): Promise<{ readonly fresh: FreshSignIn; readonly tenant: OwnTenant | null }> {
  const sender = await codeSender(platform)
  const tried = { purpose: 'sign-up' as const, held: ceremony, code }
  const { mobile, facts } = await provenBy<SignUpFacts>(platform, sender, request, tried)
  await maySignUp(platform, sender.settings, facts, mobile)
  const now = platform.now()
  const person: NewPerson = {
    id: newPeopleId('per', request),
    status: 'active',
    generation: 1,
    name: facts.name,
    mobile,
    email: 'invited' in facts ? null : facts.email,
    level: 1,
    operatorRole: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  }
  if (!(await insertPerson(platform.env.CONTROL, platform.keys, person)))
    throw new Problem('conflict', { detail: 'This mobile has an account since. Sign in.' })
  const tenant = 'invited' in facts ? null : await makeOwnTenant(platform, person, facts.tenantName, request)
  return { fresh: await openSignIn(platform, { person, method: 'code', place, request, before }), tenant }
}
