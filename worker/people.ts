import { AutoRouter, type IRequest } from 'itty-router'
import type { Platform } from '#worker/flows/core/platform.ts'
import { isShielded, SHIELD_RETRY } from '#worker/flows/core/shield.ts'
import { serveFile } from '#worker/flows/media/file-serving.ts'
import { reportByPerson } from '#worker/flows/people/person-report.ts'
import { unsubscribe } from '#worker/flows/people/unsubscribe.ts'
import { RequestCut } from '#worker/lib/http/request-body.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { Env } from './env.ts'

/** Paths for people at the far end, their devices, and carriers that fetch files. Nobody signs in here. */
const PREFIXES = ['/p/', '/files/']

/** True of calls by people. Reads the URL as text, because a URL object costs a tenth of a request. */
export const isPersonCall = ({ url }: Request): boolean => {
  const path = url.indexOf('/', 'https://'.length)
  return PREFIXES.some((prefix) => url.startsWith(prefix, path))
}

/** Serves people: links that the gateway made itself (flows/carriers/person-links.ts), and files by signed URL. */
export function peopleRouter(
  platformOf: (env: Env) => Platform | Promise<Platform>,
): (request: Request, env: Env) => Promise<Response> {
  const router = AutoRouter<IRequest, [Env]>({
    missing: () => new Response(null, { status: 404 }),
    catch: () => new Response(null, { status: 503, headers: { 'retry-after': '30' } }),
  })
  const answerAt = (
    path: string,
    work: (platform: Platform, request: Request, last: string) => Promise<Response>,
  ): void => {
    router.all(path, async (request, env) => {
      const platform = await platformOf(env)
      if (await isShielded(env.PEOPLE_SHIELD, request, platform.log))
        return new Response(null, { status: 429, headers: { 'retry-after': String(SHIELD_RETRY) } })
      try {
        return await work(platform, request, request.params['last'] ?? '')
      } catch (error) {
        if (error instanceof RequestCut) return new Response(null, { status: 400 })
        platform.log('person.failed', { path: path.split(':')[0] ?? '', reason: errorLabel(error) })
        throw error
      }
    })
  }
  answerAt('/p/report/:last', reportByPerson)
  answerAt('/p/unsubscribe/:last', unsubscribe)
  answerAt('/files/:last', serveFile)
  return (request, env) => router.fetch(request, env)
}
