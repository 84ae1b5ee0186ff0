import { Failure, failureOf, worded } from './problem.ts'

/** A file of papers on its way. */
interface Upload {
  readonly papersId: string
  readonly number: number
  readonly file: File
}

const bodyOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Sends a file of papers (`PUT /v1/auth/identity/papers/{papersId}/files/{number}`) and says how much of it has left: `fetch`
 * does not say that, which is why this call alone goes another way.
 */
export const uploadPaper = ({ papersId, number, file }: Upload, onSent: (share: number) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const call = new XMLHttpRequest()
    const name = encodeURIComponent(file.name.slice(0, 200))
    call.open('PUT', `/v1/auth/identity/papers/${papersId}/files/${number}?name=${name}`)
    call.setRequestHeader('content-type', file.type)
    call.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0)
    call.onerror = () => reject(new Failure('unreachable'))
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) return resolve()
      const headers = new Headers()
      for (const header of ['request-id', 'retry-after']) {
        const value = call.getResponseHeader(header)
        if (value !== null) headers.set(header, value)
      }
      void worded(failureOf(new Response(null, { status: call.status, headers }), bodyOf(call.responseText))).then(
        reject,
      )
    }
    call.send(file)
  })
