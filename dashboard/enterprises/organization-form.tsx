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

export function OrganizationForm(props: {
  readonly plant: Plant
  readonly parentId: string | null
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<OrganizationFields>()
  const parents = [...props.plant.organizations.values()].map(({ id, name }) => ({
    value: id,
    label: name,
  }))
  async function submit(fields: OrganizationFields): Promise<void> {
    await api.createOrganization({
      name: fields.name.trim(),
      kind: fields.kind,
      parentId: fields.parentId ?? null,
    })
  }
  return (
    <FormDialog<OrganizationFields>
      title={t('enterprise.addOrganization')}
      form={form}
      initialValues={{
        kind: 'enterprise',
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
      <Form.Item name="kind" label={t('enterprise.kind')}>
        <Select
          options={KINDS.map((kind) => ({ value: kind, label: t(`organizationKind.${kind}`) }))}
        />
      </Form.Item>
      <Form.Item name="parentId" label={t('enterprise.parent')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('enterprise.noParent')}
          options={parents}
        />
      </Form.Item>
    </FormDialog>
  )
}
