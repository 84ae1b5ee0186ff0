import * as z from 'zod'
import { toTimestamp } from '#worker/domain/time.ts'
import { isIpRange } from '#worker/lib/http/ip-range.ts'
import type { RequestRead } from '#worker/store/requests.ts'
import { altered, alteredJson, timestamp } from './fields.ts'

/** Schemas of the access log that tenants and operators share. */

export const requestAnswer = z.object({
  id: z.string().describe('The `Request-Id` of its answer.'),
  at: timestamp,
  ip: z.string().describe('As Cloudflare saw it; empty: it named none.'),
  country: z.string().nullable(),
  asn: z.int().nullable(),
  ray: z.string().nullable(),
  actor: z.string().nullable().describe('The credential, the person or the operator; null: nobody known.'),
  role: z.string().nullable().describe('The role in which a person called; null: no person did.'),
  method: z.string(),
  route: z.string(),
  status: z.int(),
  count: z.int().min(0).describe('Calls like this that the row stands for.'),
  object: z.string().nullable().describe('The id of what it touched; a send’s message is found by its own id.'),
  fields: z.array(z.string()).nullable().describe('Names of the fields that a change gave; their values are not kept.'),
  problem: z.string().nullable().describe('The code of the problem that it was refused with.'),
  parent: z.string().nullable().describe('The id of what the object belongs to, where the call named both.'),
  altered,
})

/** Address or CIDR block in a query. */
export const ipQuery = z
  .string()
  .max(64)
  .refine(isIpRange, 'must be an IP address or a CIDR block whose host bits are zero')

/** Row as its tenant sees it. */
export const requestJson = ({ id, at, ip, country, asn, ray, actor, role, method, ...row }: RequestRead) => ({
  id,
  at: toTimestamp(at),
  ip,
  country,
  asn,
  ray,
  actor,
  role,
  method,
  route: row.route,
  status: row.status,
  count: row.count,
  object: row.object,
  parent: row.parent,
  fields: row.fields,
  problem: row.problem,
  ...alteredJson(row),
})
