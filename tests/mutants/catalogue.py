"""All mutants, in the order of the page."""

from tests.mutants.architectures import ARCHITECTURES
from tests.mutants.base_models import MODELS
from tests.mutants.bounds import BOUNDS
from tests.mutants.deployment import DEPLOYMENT
from tests.mutants.devices import DEVICES
from tests.mutants.embedded import EMBEDDED
from tests.mutants.engine import ENGINE
from tests.mutants.findings import FINDINGS
from tests.mutants.fits import FITTING
from tests.mutants.formats import FORMATS
from tests.mutants.front import FRONT
from tests.mutants.hostile import INPUT
from tests.mutants.kept import KEPT
from tests.mutants.leases import LEASES
from tests.mutants.limits import LIMITS
from tests.mutants.masks import MASKS
from tests.mutants.money import MONEY
from tests.mutants.power import POWER
from tests.mutants.streams import STREAMING
from tests.mutants.tenants import TENANCY
from tests.mutants.uploads import UPLOADING

MUTANTS = (
    *ENGINE, *LEASES, *TENANCY, *MONEY, *UPLOADING, *INPUT, *FORMATS, *LIMITS, *FITTING, *EMBEDDED, *MASKS,
    *FINDINGS, *MODELS, *POWER, *BOUNDS, *DEPLOYMENT, *STREAMING, *KEPT, *FRONT, *ARCHITECTURES, *DEVICES,
)  # fmt: skip
