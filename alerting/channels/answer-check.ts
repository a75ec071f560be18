import type { AnswerExpectation } from '../notification/notification-channel.ts'

/**
 * Many SMS gateways answer HTTP 200 and say in the body that they refused. Whether an answer says
 * what it must: the value at a path of its JSON (`Code`, `SendStatusSet.0.Code`) is one of those
 * expected, compared as text. An answer that is no JSON, or has nothing there, says nothing good.
 */
export function isAsExpected(text: string, { path, values }: AnswerExpectation): boolean {
  const said = valueAt(parsed(text), path.split('.'))
  return ['string', 'number', 'boolean'].includes(typeof said) && values.includes(String(said))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON: there is nothing at any path.
    return undefined
  }
}

function valueAt(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, key)
        ? (part as Readonly<Record<string, unknown>>)[key]
        : undefined,
    from,
  )
}
