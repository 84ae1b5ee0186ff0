import * as z from 'zod'
import { PAPERS_STATUSES } from '#worker/domain/identity/papers.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { altered, alteredJson, timestamp, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Papers } from '#worker/store/identity/papers.ts'

/** Answers of papers that operators and the person share. */
export const papersAnswer = z.object({
  id: z.string(),
  status: z
    .enum(PAPERS_STATUSES)
    .describe('`draft`: files are added · `submitted`: an operator has them · `approved` · `refused`.'),
  company: z
    .object({ name: z.string(), nationalId: z.string(), registrationNumber: z.string() })
    .nullable()
    .describe('The legal person; null: it can no longer be read.'),
  files: z
    .array(z.object({ number: z.int(), type: z.string(), bytes: z.int() }))
    .describe('Its files, without their words.'),
  reason: z.string().nullable().describe('Why they were refused.'),
  altered,
  createdAt: timestamp,
  submittedAt: timestamp.nullable(),
  decidedAt: timestamp.nullable(),
})

export const papersJson = ({
  id,
  status,
  company,
  files,
  decision,
  createdAt,
  submittedAt,
  decidedAt,
  ...row
}: Papers) => ({
  id,
  status,
  company,
  files: Object.entries(files).map(([number, { type, bytes }]) => ({ number: Number(number), type, bytes })),
  reason: decision?.reason ?? null,
  ...alteredJson(row),
  createdAt: toTimestamp(createdAt),
  submittedAt: timestampOrNull(submittedAt),
  decidedAt: timestampOrNull(decidedAt),
})
