import type { ProblemKind } from './problem-kind.ts'

/** What a code about the request, its caller or the start of the gateway means on the wire. */
export const requestProblems = {
  already_exists: {
    status: 409,
    title: 'Something with this id or name exists already.',
    remedy: 'Choose another id or name, or change the one that exists.',
  },
  body_too_large: {
    status: 413,
    title: 'The body of the request is too large.',
    remedy: 'Send it in smaller parts.',
  },
  credentials_wrong: {
    status: 401,
    title: 'User name or password is wrong.',
    remedy: 'Try again with care: many wrong attempts make every further one wait.',
  },
  cursor_invalid: {
    status: 400,
    title: 'The cursor does not belong to this list.',
    remedy: 'Start again without a cursor.',
  },
  foreign_origin: {
    status: 403,
    title: 'The request comes from a page of another origin.',
    remedy: 'Use the dashboard of this gateway, or a program with an API token.',
  },
  document_failed: {
    status: 500,
    title: 'The document cannot be written.',
    remedy: 'Try again; if it stays, the log names the cause.',
  },
  forbidden: {
    status: 403,
    title: 'This account may not do that.',
    remedy: 'Ask an administrator for the right, or use a token with the scope that is named.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong inside the gateway.',
    remedy: 'Look for the request id in the log; it holds the cause. Please report it.',
  },
  invalid_request: {
    status: 400,
    title: 'The request does not have the shape that was agreed.',
    remedy: 'Correct the fields named in `issues`; /api/docs shows every shape.',
  },
  last_administrator: {
    status: 409,
    title: 'This is the last administrator.',
    remedy: 'Make another account administrator first.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON.',
    remedy: 'Send UTF-8 JSON with content type application/json.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    remedy: 'Check the address and the id. What lies outside your territory is not found either.',
  },
  port_unavailable: {
    status: 500,
    title: 'The gateway cannot listen on this port.',
    remedy:
      'Stop what uses it, or choose another port; ports below 1024 need a right of their own.',
  },
  request_timeout: {
    status: 503,
    title: 'The request took too long; we no longer wait for it.',
    remedy: 'It may still be carried out: look before repeating it. See /health/ready.',
  },
  scope_forbidden: {
    status: 403,
    title: 'A token cannot have a right that its owner does not have.',
    remedy: 'Ask for fewer scopes.',
  },
  tls_unreadable: {
    status: 500,
    title: 'The certificate or its key cannot be read.',
    remedy: 'Check the paths, the rights of the files, and that they belong together.',
  },
  too_many: {
    status: 409,
    title: 'There are as many of these as the gateway holds.',
    remedy: 'Remove some that are no longer needed.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts.',
    remedy: 'Wait as long as Retry-After says.',
  },
  unauthenticated: {
    status: 401,
    title: 'Log in first.',
    remedy: 'POST /api/v1/sessions, or send an API token as `Authorization: Bearer …`.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'This content type is not understood here.',
    remedy: 'Send application/json.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
