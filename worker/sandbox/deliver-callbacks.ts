import type { SandboxJob } from '#worker/jobs.ts'
import { mapLimited } from '#worker/lib/semaphore.ts'
import { callbackRequest } from './carrier.ts'

/**
 * Callbacks of the carrier that wait for their answers at once: so many that the time which the gateway holds one does not
 * bound what the carrier brings.
 */
const CARRIER_CONNECTIONS = 200

/**
 * Posts the callbacks of one job, round by round. Throws when one is not taken: the queue then redelivers the whole job,
 * and the doubles are harmless, as a carrier's are. Any 4xx but 429 is final: the gateway will never believe that callback.
 */
export async function deliverSandboxCallbacks(
  job: SandboxJob,
  deliver: (request: Request) => Promise<Response>,
): Promise<void> {
  const rounds = Map.groupBy(job.callbacks, ({ round }) => round)
  for (const callbacks of rounds.values()) {
    await mapLimited(callbacks, CARRIER_CONNECTIONS, async ({ url, body }) => {
      const { status } = await deliver(callbackRequest(url, body))
      if (status >= 500 || status === 429) throw new Error(`the callback was answered with ${status}`)
    })
  }
}
