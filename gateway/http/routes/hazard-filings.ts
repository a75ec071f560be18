import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  cancellationRequest,
  filingAcceptance,
  filingReturn,
  filingSubmission,
  hazardDiffQuery,
  hazardSourceDiff,
  hazardSourcePage,
  hazardSourceSnapshot,
  hazardSourceVersion,
  id,
} from '../../contract.ts'
import { presentDocuments } from '../../database/hazard-document-store.ts'
import { assessmentOf, type HazardSourceRow } from '../../hazards/hazard-source.ts'
import { diffSnapshots } from '../../hazards/snapshot-diff.ts'
import type { SourceVersion } from '../../hazards/source-version.ts'
import type { Principal } from '../../registry/types.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf } from '../api.ts'
import { assertAllowed, mayDecide, mayDraft, visibleHazardSource } from '../hazard-access.ts'
import { hazardPage, presentVersion } from '../hazard-page.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

const versionParams = z.object({ id, version: z.string().max(10) })

/** Filing: the firm submits, the authority decides; every submission stays as it was. */
export function hazardFilingRoutes(app: Api, services: HttpServices): void {
  firmRoutes(app, services)
  authorityRoutes(app, services)
  versionRoutes(app, services)
}

function firmRoutes(app: Api, services: HttpServices): void {
  const { filings } = services
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/submit',
    config: { access: 'manage', audit: 'hazard-source.submit' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Sign and submit the draft to the authority',
      description: 'Refused with `filing_incomplete` and what is missing, one issue each.',
      params: idParams,
      body: filingSubmission,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const { principal, row } = await asFirm(services, request, request.params.id)
      const submitted = await filings.submit(row.id, request.body, principal.username)
      return hazardPage(services, principal, submitted)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/request-cancellation',
    config: { access: 'manage', audit: 'hazard-source.request-cancellation' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Ask the authority to cancel the source (核销)',
      params: idParams,
      body: cancellationRequest,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const { principal, row } = await asFirm(services, request, request.params.id)
      const asked = await filings.requestCancellation(row.id, request.body, principal.username)
      return hazardPage(services, principal, asked)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/withdraw',
    config: { access: 'manage', audit: 'hazard-source.withdraw' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Take back what was submitted and not decided yet',
      params: idParams,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const { principal, row } = await asFirm(services, request, request.params.id)
      return hazardPage(services, principal, await filings.withdraw(row.id, principal.username))
    },
  })
}

function authorityRoutes(app: Api, services: HttpServices): void {
  const { filings } = services
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/return',
    config: { access: 'manage', audit: 'hazard-source.return' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Return a submission with remarks, item by item; refuse a cancellation',
      params: idParams,
      body: filingReturn,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const { version } = request.body
      const { principal, row } = await asAuthority(services, request, request.params.id, version)
      const returned = await filings.return(row.id, request.body, principal.username)
      return hazardPage(services, principal, returned)
    },
  })
  app.route({
    method: 'POST',
    url: '/api/v1/hazard-sources/:id/accept',
    config: { access: 'manage', audit: 'hazard-source.accept' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'Accept a submission under a filing number; grant a cancellation',
      params: idParams,
      body: filingAcceptance,
      response: { 200: hazardSourcePage },
    },
    handler: async (request) => {
      const { version } = request.body
      const { principal, row } = await asAuthority(services, request, request.params.id, version)
      const accepted = await filings.accept(row.id, request.body, principal.username)
      return hazardPage(services, principal, accepted)
    },
  })
}

function versionRoutes(app: Api, services: HttpServices): void {
  const { hazards } = services
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/versions',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'All submissions of a source, newest first',
      params: idParams,
      response: { 200: listOf(hazardSourceVersion) },
    },
    handler: async (request) => {
      const row = await visibleHazardSource(services, principalOf(request), request.params.id)
      return { items: (await hazards.versions(row.id)).map(presentVersion) }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/versions/:version',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'One submission, as it was submitted',
      params: versionParams,
      response: { 200: hazardSourceSnapshot },
    },
    handler: async (request) => {
      const row = await visibleHazardSource(services, principalOf(request), request.params.id)
      const version = await existingVersion(services, row, Number(request.params.version))
      const { dossier, assessment, documents, reassessment } = version.snapshot
      return {
        ...presentVersion(version),
        dossier,
        assessment,
        documents: documents.map((document) => ({ ...document })),
        reassessment: [...reassessment],
      }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/diff',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'What differs between two submissions, or a submission and the draft',
      params: idParams,
      querystring: hazardDiffQuery,
      response: { 200: hazardSourceDiff },
    },
    handler: async (request) => {
      const row = await visibleHazardSource(services, principalOf(request), request.params.id)
      const { from, to } = request.query
      const before = (await existingVersion(services, row, from)).snapshot
      const after =
        to === 'draft'
          ? await draftAsSnapshot(services, row)
          : (await existingVersion(services, row, to)).snapshot
      return diffSnapshots(before, after)
    },
  })
}

async function draftAsSnapshot({ hazards }: HttpServices, row: HazardSourceRow) {
  return {
    dossier: row.draft,
    assessment: assessmentOf(row.draft),
    documents: presentDocuments(await hazards.documents(row.id)),
  }
}

async function existingVersion(
  { hazards }: HttpServices,
  row: HazardSourceRow,
  version: number,
): Promise<SourceVersion> {
  const found = Number.isSafeInteger(version) ? await hazards.version(row.id, version) : null
  if (found === null) throw notFound('submission', String(version))
  return found
}

async function asFirm(
  services: HttpServices,
  request: FastifyRequest,
  sourceId: string,
): Promise<{ readonly principal: Principal; readonly row: HazardSourceRow }> {
  const principal = principalOf(request)
  const row = await visibleHazardSource(services, principal, sourceId)
  assertAllowed(mayDraft(services.registry, principal))
  return { principal, row }
}

async function asAuthority(
  services: HttpServices,
  request: FastifyRequest,
  sourceId: string,
  version: number,
): Promise<{ readonly principal: Principal; readonly row: HazardSourceRow }> {
  const principal = principalOf(request)
  const row = await visibleHazardSource(services, principal, sourceId)
  const { submittedBy } = await existingVersion(services, row, version)
  assertAllowed(mayDecide(services.registry, principal, submittedBy))
  return { principal, row }
}
