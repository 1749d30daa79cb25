#!/usr/bin/env bash
# Makes both clients from openapi/openapi.json in .cache/sdk/build, with the tools on the PATH
set -euo pipefail
cd "$(dirname "$0")/../.."
into=.cache/sdk/build
python=$into/python/lora_pipeline_client
typescript=$into/typescript
rm -rf $into
mkdir -p $into/python

# a list never answers 204, only its stream does, which these clients open by other means
python3 - $into/openapi.json <<'END'
import json, sys
document = json.load(open("openapi/openapi.json"))
for path in document["paths"].values():
    for operation in path.values():
        if isinstance(operation, dict) and "200" in operation.get("responses", {}):
            operation["responses"].pop("204", None)
json.dump(document, open(sys.argv[1], "w"))
END

openapi-python-client generate --path $into/openapi.json --config openapi/tools/openapi-python-client.yaml \
  --meta none --fail-on-warning --output-path $python
touch $python/py.typed

SDK_TYPESCRIPT=$typescript/src openapi-ts --file openapi/tools/openapi-ts.config.js
# compiled and packed as a frontend installs it; neither is committed
cp openapi/clients/typescript/{package.json,tsconfig.json,README.md} $typescript
(cd $typescript && npm pack --silent)
