import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../worker/env.ts'

/** One session of a person with a tenant's application, by connection and the carrier's session id. */
export class SessionObject extends DurableObject<Env> {}
