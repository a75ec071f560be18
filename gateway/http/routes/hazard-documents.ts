import type { FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { HAZARD_LIMITS } from '#config/limits.ts'
import { hazardDocument, hazardDocumentQuery, id } from '../../contract.ts'
import { presentDocuments } from '../../database/hazard-document-store.ts'
import { attachment } from '../../documents/attachment.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf, noContent } from '../api.ts'
import { assertAllowed, mayDraft, visibleHazardSource } from '../hazard-access.ts'
import { presentDocument } from '../hazard-page.ts'
import type { HttpServices } from '../services.ts'

const documentParams = z.object({ id, documentId: id })
const documentListQuery = z.object({
  /** `all`: also earlier versions and what was taken out. */
  history: z.enum(['present', 'all']).default('present'),
})

/** The archive of a source: documents in versions. */
export function hazardDocumentRoutes(app: Api, services: HttpServices): void {
  readRoutes(app, services)
  removeRoute(app, services)
  void app.register((scope, _options, done) => {
    scope.setValidatorCompiler(leaveBody)
    scope.removeAllContentTypeParsers()
    // Whatever the sender calls it: what it is, is told by its bytes.
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: HAZARD_LIMITS.documentBytesMax },
      (_request, body, parsed) => parsed(null, body),
    )
    uploadRoute(scope as unknown as Api, services)
    done()
  })
}

function readRoutes(app: Api, services: HttpServices): void {
  const { hazards, archive } = services
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/documents',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Documents of the archive',
      params: idParams,
      querystring: documentListQuery,
      response: { 200: listOf(hazardDocument) },
    },
    handler: async (request) => {
      const row = await visibleHazardSource(services, principalOf(request), request.params.id)
      const rows = await hazards.documents(row.id)
      const shown = request.query.history === 'all' ? rows : presentDocuments(rows)
      return { items: shown.map(presentDocument) }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/documents/:documentId',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'A document as it was uploaded',
      params: documentParams,
      response: { 200: z.any().describe('The file.') },
    },
    handler: async (request, reply) => {
      const { id: sourceId, documentId } = request.params
      const row = await visibleHazardSource(services, principalOf(request), sourceId)
      const { document, bytes } = await archive.read(row.id, documentId)
      return reply
        .type(document.mediaType)
        .header('content-disposition', attachment(document.fileName))
        .send(bytes)
    },
  })
}

function removeRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'DELETE',
    url: '/api/v1/hazard-sources/:id/documents/:documentId',
    config: { access: 'manage', audit: 'hazard-source.document-remove' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Take a document out of the archive; submissions that have it keep it',
      params: documentParams,
      response: { 204: noContent },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { id: sourceId, documentId } = request.params
      const row = await visibleHazardSource(services, principal, sourceId)
      assertAllowed(mayDraft(services.registry, principal))
      await services.archive.remove(row.id, documentId, principal.username)
      return reply.code(204).send(undefined)
    },
  })
}

function uploadRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/documents',
    config: { access: 'manage', audit: 'hazard-source.document-add' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Put a document into the archive: a PDF, or a JPEG or PNG picture',
      description:
        'The body is the file itself. A title that is there already gets a further version.',
      params: idParams,
      querystring: hazardDocumentQuery,
      response: { 201: hazardDocument },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const row = await visibleHazardSource(services, principal, request.params.id)
      assertAllowed(mayDraft(services.registry, principal))
      const body: unknown = request.body
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const document = { ...request.query, bytes }
      const added = await services.archive.add(row.id, document, principal.username)
      return reply.code(201).send(presentDocument(added))
    },
  })
}

const leaveBody: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part)
