import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type {
  ApprovalId,
  DisclosureId,
  InvitationId,
  LostAccessId,
  PasskeyId,
  PersonId,
  SignInId,
  TenantId,
} from '#worker/domain/ids.ts'
import type { ApprovalDecision, ApprovalKind } from '#worker/domain/people/approval.ts'
import type { OperatorRole, Role } from '#worker/domain/people/roles.ts'

/**
 * People who sign in, in the control database. What tells who they are is sealed under the platform's standing keys, because a
 * person may act for several tenants; what a row is found by is a keyed hash.
 */

export const people = sqliteTable(
  'people',
  {
    id: text('id').$type<PersonId>().primaryKey().notNull(),
    status: text('status').$type<'active' | 'closed'>().notNull(),
    /** Generation of the person's tokens (domain/people/member.ts). */
    generation: integer('generation').notNull(),
    /** Keyed hash of the verified mobile, which one person has at a time; null: none was verified, or the person is closed. */
    mobileKey: text('mobile_key'),
    /** Keyed hash of the e-mail address in lower case; null: none. */
    emailKey: text('email_key'),
    /** JSON of name, mobile and e-mail, sealed; null: the person is closed. */
    sealed: text('sealed'),
    /** Identity level, 0 to 3. */
    level: integer('level').notNull(),
    /** Role at the licensee; null: none. */
    operatorRole: text('operator_role').$type<OperatorRole>(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    closedAt: integer('closed_at'),
  },
  (table) => [
    uniqueIndex('people_by_mobile').on(table.mobileKey),
    index('people_by_email').on(table.emailKey),
    index('people_by_operator_role').on(table.operatorRole).where(sql`operator_role IS NOT NULL`),
  ],
)

export const memberships = sqliteTable(
  'memberships',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    personId: text('person_id').$type<PersonId>().notNull(),
    role: text('role').$type<Role>().notNull(),
    /** Person who invited; null: who signed up, or was put in by an operator. */
    madeBy: text('made_by').$type<PersonId>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.personId] }),
    index('memberships_by_person').on(table.personId),
  ],
)

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: text('id').$type<PasskeyId>().primaryKey().notNull(),
    personId: text('person_id').$type<PersonId>().notNull(),
    /** Name that the authenticator gave it: base64url. */
    credentialId: text('credential_id').notNull(),
    /** COSE key: base64url. */
    publicKey: text('public_key').notNull(),
    /** Counter of signatures; a synced passkey's stays 0. */
    counter: integer('counter').notNull(),
    transports: text('transports', { mode: 'json' }).$type<readonly string[]>().notNull(),
    /** True of a passkey that its platform copies to other devices. */
    isSynced: integer('is_synced', { mode: 'boolean' }).notNull(),
    /** Name that the person gave it, sealed. */
    name: text('name').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
    /** Time at which its counter went back: two have it, and neither signs in by it any more. Null: it never did. */
    refusedAt: integer('refused_at'),
  },
  (table) => [
    uniqueIndex('passkeys_by_credential').on(table.credentialId),
    index('passkeys_by_person').on(table.personId),
  ],
)

/** Sign-ins of browsers. "Session" is USSD's word. */
export const signIns = sqliteTable(
  'sign_ins',
  {
    id: text('id').$type<SignInId>().primaryKey().notNull(),
    personId: text('person_id').$type<PersonId>().notNull(),
    /** Keyed hash of the cookie. */
    tokenHash: text('token_hash').notNull(),
    method: text('method').$type<'passkey' | 'code' | 'link'>().notNull(),
    /** JSON of address, country and browser, sealed. */
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    seenAt: integer('seen_at').notNull(),
    /** End at the latest, whatever is done. */
    endsAt: integer('ends_at').notNull(),
    /** Time of the last proof that it is still the person; null: none since the sign-in. */
    steppedUpAt: integer('stepped_up_at'),
    /** Passkey by which the person last proved himself, at the sign-in or since; null: it was by other means. */
    provenWith: text('proven_with').$type<PasskeyId>(),
    endedAt: integer('ended_at'),
  },
  (table) => [
    uniqueIndex('sign_ins_by_token').on(table.tokenHash),
    index('sign_ins_by_person').on(table.personId),
    index('sign_ins_by_end').on(table.endsAt),
  ],
)

/** Steps of a sign-up, a sign-in or a proof that are under way: each is taken once, and is gone then. */
export const ceremonies = sqliteTable(
  'ceremonies',
  {
    /** Keyed hash of what the browser holds of it. */
    key: text('key').primaryKey().notNull(),
    kind: text('kind').notNull(),
    personId: text('person_id').$type<PersonId>(),
    /** JSON of the step, sealed. */
    sealed: text('sealed').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('ceremonies_by_end').on(table.expiresAt)],
)

export const invitations = sqliteTable(
  'invitations',
  {
    id: text('id').$type<InvitationId>().primaryKey().notNull(),
    /** Empty: an invitation of the licensee. */
    tenantId: text('tenant_id').$type<TenantId | ''>().notNull(),
    role: text('role').$type<Role | OperatorRole>().notNull(),
    /** Keyed hash of the secret in the link. */
    tokenHash: text('token_hash').notNull(),
    /** Keyed hash of the mobile or e-mail address that it is bound to. */
    toKey: text('to_key').notNull(),
    /** That address, sealed. */
    sealed: text('sealed').notNull(),
    /** Person who invited; null: an operator's program. */
    madeBy: text('made_by').$type<PersonId>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    acceptedAt: integer('accepted_at'),
    acceptedBy: text('accepted_by').$type<PersonId>(),
    canceledAt: integer('canceled_at'),
  },
  (table) => [
    uniqueIndex('invitations_by_token').on(table.tokenHash),
    index('invitations_by_tenant').on(table.tenantId, table.id),
  ],
)

/** Dangerous acts that one person proposes and another approves; also those of programs that broke the glass. */
export const approvals = sqliteTable(
  'approvals',
  {
    id: text('id').$type<ApprovalId>().primaryKey().notNull(),
    kind: text('kind').$type<ApprovalKind>().notNull(),
    /** Method and pattern of the call. */
    operation: text('operation').notNull(),
    /** Scope that the call asks for: whoever holds it may see and decide. */
    scope: text('scope').notNull(),
    /** Keyed hash of method, path and body: the approval is for that very call. */
    digest: text('digest').notNull(),
    /** JSON of method, path, body and reason, and of who it is that has no id, sealed. */
    sealed: text('sealed').notNull(),
    /** Person who proposed; null: a program broke the glass. */
    proposedBy: text('proposed_by').$type<PersonId>(),
    /** Passkey of his last proof of himself; null: it was by other means. */
    proposedWith: text('proposed_with').$type<PasskeyId>(),
    proposedAt: integer('proposed_at').notNull(),
    /** Time from which he may approve it himself; null: never. */
    opensAt: integer('opens_at'),
    expiresAt: integer('expires_at').notNull(),
    decision: text('decision').$type<ApprovalDecision>(),
    decidedBy: text('decided_by').$type<PersonId>(),
    decidedAt: integer('decided_at'),
    /** Reason of the decision, sealed; null: none was given. */
    answer: text('answer'),
    /** Time at which the call was made, and by whom; an approval is good for one. */
    usedAt: integer('used_at'),
    usedBy: text('used_by').$type<PersonId>(),
  },
  (table) => [index('approvals_by_end').on(table.expiresAt)],
)

/** What the licensee's people read of the words of a tenant's people: the tenant sees each row, unless an order forbids it. */
export const disclosures = sqliteTable(
  'disclosures',
  {
    tenantId: text('tenant_id').$type<TenantId>().notNull(),
    id: text('id').$type<DisclosureId>().notNull(),
    at: integer('at').notNull(),
    /** Role of who read; `program`: a program that broke the glass. */
    role: text('role').$type<OperatorRole | 'program'>().notNull(),
    /** Id of what was read. */
    object: text('object').notNull(),
    /** Method and pattern of the call. */
    operation: text('operation').notNull(),
    /** JSON of the reason, and of the order if there is one, sealed. */
    sealed: text('sealed').notNull(),
    /** True while the tenant must not see it: the order is not lifted. */
    isHidden: integer('is_hidden', { mode: 'boolean' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('disclosures_by_time').on(table.id)],
)

/** Settings of the licensee, who runs the gateway: one row. */
export const licensee = sqliteTable('licensee', {
  id: integer('id').primaryKey().notNull(),
  settings: text('settings', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>().notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Requests of people who can neither sign in by a passkey nor by a code: two operators decide. */
export const lostAccess = sqliteTable(
  'lost_access',
  {
    id: text('id').$type<LostAccessId>().primaryKey().notNull(),
    /** Who had the number that was named; null: nobody. */
    personId: text('person_id').$type<PersonId>(),
    /** JSON of the lost number, the new one and what was said, sealed. */
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    decision: text('decision').$type<'granted' | 'refused'>(),
    decidedAt: integer('decided_at'),
  },
  (table) => [index('lost_access_by_time').on(table.createdAt)],
)
