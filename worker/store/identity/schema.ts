import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { PapersStatus } from '#worker/domain/identity/papers.ts'
import type { RegistryAnswer } from '#worker/domain/identity/registry.ts'
import type { PapersId, PersonId } from '#worker/domain/ids.ts'

/**
 * What was proven of people, in the control database. Sealed under the platform's standing keys, as people are (store/people).
 */

/** Match of a person's mobile with a national id, which one person has at a time. */
export const identityMatches = sqliteTable(
  'identity_matches',
  {
    personId: text('person_id').$type<PersonId>().primaryKey().notNull(),
    /** Keyed hash of the national id. */
    nationalKey: text('national_key').notNull(),
    /** Keyed hash of the mobile that it was matched with. */
    mobileKey: text('mobile_key').notNull(),
    /** JSON of the national id and the registry's reference, sealed. */
    sealed: text('sealed').notNull(),
    /** Driver of the registry that said yes. */
    registry: text('registry').notNull(),
    matchedAt: integer('matched_at').notNull(),
  },
  (table) => [uniqueIndex('identity_matches_by_national').on(table.nationalKey)],
)

/** Questions to the registry, what it said, and nothing of what was asked. */
export const identityChecks = sqliteTable(
  'identity_checks',
  {
    personId: text('person_id').$type<PersonId>().notNull(),
    /** Digits of the request that asked. */
    id: text('id').notNull(),
    at: integer('at').notNull(),
    /** Null: the answer never came. */
    answer: text('answer').$type<RegistryAnswer['answer']>(),
    registry: text('registry').notNull(),
    /** The registry's reference, sealed; null: it gave none. */
    reference: text('reference'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.id] }), index('identity_checks_by_time').on(table.at)],
)

/** Files of papers by their number, without what tells of their words. */
export type PaperFiles = Readonly<Record<string, PaperFile>>
export interface PaperFile {
  readonly type: string
  readonly bytes: number
  /** Digits of the upload: what was sent under a number before has another key in the bucket. */
  readonly upload: string
}

/** Papers of legal persons, by which operators approve of who acts for them. */
export const papers = sqliteTable(
  'papers',
  {
    id: text('id').$type<PapersId>().primaryKey().notNull(),
    personId: text('person_id').$type<PersonId>().notNull(),
    status: text('status').$type<PapersStatus>().notNull(),
    /** Keyed hash of the legal person's national id: operators see who else named it. */
    companyKey: text('company_key').notNull(),
    /** JSON of the legal person: name, national id, registration number; sealed. */
    company: text('company').notNull(),
    files: text('files', { mode: 'json' }).$type<PaperFiles>().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    submittedAt: integer('submitted_at'),
    decidedAt: integer('decided_at'),
    /** JSON of who decided, and why they were refused; sealed. */
    decision: text('decision'),
  },
  (table) => [
    index('papers_by_person').on(table.personId),
    index('papers_by_status').on(table.status, table.id),
    index('papers_by_company').on(table.companyKey),
  ],
)

/** Registry of identities that this gateway asks: one row. */
export const identityRegistry = sqliteTable('identity_registry', {
  id: integer('id').primaryKey().notNull(),
  driver: text('driver').notNull(),
  /** JSON of its settings with their secrets, sealed. */
  settings: text('settings').notNull(),
  updatedAt: integer('updated_at').notNull(),
})
