import type { SessionJob } from '../env.ts'
import type { Platform } from './platform.ts'

/** Writes down what happened in a session, and tells the tenant. */
export async function applySession(_platform: Platform, _job: SessionJob): Promise<void> {
  throw new Error('sessions are not written yet')
}
