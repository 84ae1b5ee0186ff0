import createClient, { type Middleware } from 'openapi-fetch'
import type { paths } from '../../generated/api.d.ts'
import { answered } from './answered.ts'
import { noteRefused, takeApproval } from './approvals.ts'
import { type Api, SERIALIZER } from './auth.ts'
import { type Context, contextKey } from './context.ts'
import { forgetToken, tabToken } from './tab-token.ts'

/** Adds the tab's token. A token that was refused is asked for anew, once: the sign-in may have been renewed. */
function bearing(context: Context): Middleware {
  const again = new WeakMap<Request, Request>()
  return {
    async onRequest({ request }) {
      const { token } = await tabToken(context)
      request.headers.set('authorization', `Bearer ${token}`)
      const approval = takeApproval(request)
      if (approval) request.headers.set('approval', approval)
      again.set(request, request.clone())
      return request
    },
    async onResponse({ request, response }) {
      const repeat = again.get(request)
      if (response.status === 403 && repeat && 'operator' in context) noteRefused(response, repeat)
      if (response.status !== 401 || !repeat) return response
      forgetToken(context)
      const { token } = await tabToken(context)
      repeat.headers.set('authorization', `Bearer ${token}`)
      return answered(repeat)
    },
  }
}

const made = new Map<string, Api>()

/** Answers the client of a context: one for all pages of it. */
export function clientFor(context: Context): Api {
  const key = contextKey(context)
  const found = made.get(key)
  if (found) return found
  const api = createClient<paths>({ baseUrl: '', credentials: 'omit', querySerializer: SERIALIZER, fetch: answered })
  api.use(bearing(context))
  made.set(key, api)
  return api
}
