import { describe, expect, test } from 'vitest'
import { ApiError, createApiClient } from './api-client.ts'

/** A client of a gateway that answers everything with one problem, and how often it found the session over. */
function clientOf(status: number, body: unknown) {
  const ended: string[] = []
  const client = createApiClient({
    fetch: async () => new Response(JSON.stringify(body), { status }),
    onUnauthenticated: () => ended.push('session'),
  })
  return { client, ended }
}

async function failureOf(answer: Promise<unknown>): Promise<ApiError> {
  const error = await answer.then(
    () => null,
    (problem: unknown) => problem,
  )
  if (!(error instanceof ApiError)) throw new Error('was answered', { cause: error })
  return error
}

describe('an answer 401', () => {
  test('ends the session, also where something before the gateway gives it', async () => {
    for (const body of [{ code: 'unauthenticated', title: 'Log in first.' }, 'Unauthorized']) {
      const { client, ended } = clientOf(401, body)
      expect((await failureOf(client.get('/x'))).code).toBe('unauthenticated')
      expect(ended).toEqual(['session'])
    }
  })

  test('to a signature with a wrong password leaves the session and the page as they are', async () => {
    const { client, ended } = clientOf(401, { code: 'credentials_wrong', title: 'Wrong.' })
    expect((await failureOf(client.post('/handovers', {}))).code).toBe('credentials_wrong')
    expect(ended).toEqual([])
  })
})
