import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Organization } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

const KINDS = [
  'district',
  'town',
  'village',
  'enterprise',
] as const satisfies readonly Organization['kind'][]

interface OrganizationFields {
  readonly name: string
  readonly kind: Organization['kind']
  readonly parentId?: string
}

/** A new organization, or a change of `organization`, which stays of its kind. */
export function OrganizationForm(props: {
  readonly plant: Plant
  readonly organization?: Organization
  readonly parentId: string | null
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<OrganizationFields>()
  const { organization, plant } = props
  // Who has a part of the district does not see what it belongs to, and cannot move it.
  const mayMove = props.parentId === null || plant.organizations.has(props.parentId)
  const parents = [...plant.organizations.values()]
    .filter(({ id }) => id !== organization?.id)
    .map(({ id, name }) => ({ value: id, label: name }))
  async function submit(fields: OrganizationFields): Promise<void> {
    const { kind, parentId = null } = fields
    const change = { name: fields.name.trim(), ...(mayMove && { parentId }) }
    if (organization === undefined) await api.createOrganization({ ...change, kind })
    else await api.changeOrganization(organization.id, change)
  }
  return (
    <FormDialog<OrganizationFields>
      title={t(
        organization === undefined ? 'enterprise.addOrganization' : 'enterprise.editOrganization',
      )}
      form={form}
      initialValues={{
        kind: organization?.kind ?? 'enterprise',
        ...(organization === undefined ? {} : { name: organization.name }),
        ...(props.parentId === null ? {} : { parentId: props.parentId }),
      }}
      submit={submit}
      onClose={props.onClose}
    >
      <Form.Item
        name="name"
        label={t('enterprise.name')}
        rules={[{ required: true, whitespace: true, message: t('enterprise.nameRequired') }]}
      >
        <Input autoFocus maxLength={120} />
      </Form.Item>
      {organization === undefined && (
        <Form.Item name="kind" label={t('enterprise.kind')}>
          <Select
            options={KINDS.map((kind) => ({ value: kind, label: t(`organizationKind.${kind}`) }))}
          />
        </Form.Item>
      )}
      {mayMove && (
        <Form.Item name="parentId" label={t('enterprise.parent')}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('enterprise.noParent')}
            options={parents}
          />
        </Form.Item>
      )}
    </FormDialog>
  )
}
