#!/usr/bin/env bash
# Builds the image, migrates the database, rolls out the service. May be repeated at any time; a failed step stops it.
# Needs: gcloud, signed in, and PROJECT_ID, SQL_INSTANCE, PUBLIC_BASE_URL in the environment. Optional: REGION, TAG.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${PROJECT_ID:?the Google Cloud project}" "${SQL_INSTANCE:?the Cloud SQL instance}" "${PUBLIC_BASE_URL:?https address under which providers call back}"
REGION="${REGION:-asia-east1}"
TAG="${TAG:-$(git rev-parse --short=12 HEAD 2>/dev/null || date +%Y%m%d%H%M%S)}"
IMAGE="$REGION-docker.pkg.dev/$PROJECT_ID/luckygas/gateway:$TAG"

rendered="$(mktemp -d)"
trap 'rm -rf "$rendered"' EXIT
for file in migration-job service; do
  sed -e "s|value: \"PUBLIC_BASE_URL\"|value: \"$PUBLIC_BASE_URL\"|" -e "s|PROJECT_ID:REGION:SQL_INSTANCE|$PROJECT_ID:$REGION:$SQL_INSTANCE|" \
    -e "/name: GCP_PROJECT_ID/s|value: PROJECT_ID|value: $PROJECT_ID|" -e "s|@PROJECT_ID\.|@$PROJECT_ID.|" -e "s|image: IMAGE|image: $IMAGE|" \
    "scripts/deploy/$file.yaml" >"$rendered/$file.yaml"
done

gcloud builds submit --project "$PROJECT_ID" --tag "$IMAGE" .
gcloud run jobs replace "$rendered/migration-job.yaml" --project "$PROJECT_ID" --region "$REGION"
gcloud run jobs execute luckygas-gateway-migrate --project "$PROJECT_ID" --region "$REGION" --wait
gcloud run services replace "$rendered/service.yaml" --project "$PROJECT_ID" --region "$REGION"
# The gateway checks tokens itself; providers call back without Google's.
gcloud run services add-iam-policy-binding luckygas-gateway --project "$PROJECT_ID" --region "$REGION" --member allUsers --role roles/run.invoker
