"""What safetensors 0.8.0 accepts, header by header, and what PyTorch reads from 8-bit floats.

Writes src/tensor/goldens/safetensors-headers.json: each case with the file's bytes (base64) and either the tensors that the Python
library finds in it or null where it refuses the file; and the 256 values of the two 8-bit formats (null is not a number).

    python training/goldens/safetensors_headers.py
"""

import base64
import json
import math
import struct
from pathlib import Path

import safetensors
import torch
from safetensors import deserialize

assert safetensors.__version__ == "0.8.0"

D=b'\0'*8
def f(h, data=D, n=None):
    if isinstance(h,str): h=h.encode('utf-8','surrogatepass')
    return struct.pack('<Q',len(h) if n is None else n)+h+data
T='{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'
cases={
'plain':f('{"a":%s}'%T),
'meta null':f('{"__metadata__":null,"a":%s}'%T),
'meta empty':f('{"__metadata__":{},"a":%s}'%T),
'meta number':f('{"__metadata__":{"x":1},"a":%s}'%T),
'meta value null':f('{"__metadata__":{"x":null},"a":%s}'%T),
'meta list':f('{"__metadata__":[],"a":%s}'%T),
'lone hi in meta':f('{"__metadata__":{"x":"\\ud83d"},"a":%s}'%T),
'lone lo in key':f('{"\\ude00":%s}'%T),
'pair':f('{"\\ud83d\\ude00":%s}'%T),
'pair reversed':f('{"\\ude00\\ud83d":%s}'%T),
'raw surrogate':f('{"\ud83d":%s}'%T),
'lone in metakey':f('{"__metadata__":{"\\ud83d":"x"},"a":%s}'%T),
'bom':f('\ufeff{"a":%s}'%T),
'lead space':f(' {"a":%s}'%T),
'trail spaces':f('{"a":%s}     '%T),
'trail newline tab':f('{"a":%s}\n\t\r '%T),
'trail nul':f('{"a":%s}\0\0'%T),
'trail text':f('{"a":%s}x'%T),
'dup tensor same':f('{"a":%s,"a":%s}'%(T,T)),
'dup tensor other':f('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":%s}'%T),
'dup meta':f('{"__metadata__":{"x":"1"},"__metadata__":{"x":"2"},"a":%s}'%T),
'dup meta key':f('{"__metadata__":{"x":"1","x":"2"},"a":%s}'%T),
'dup field':f('{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'),
'extra field':f('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1.5}}'),
'missing shape':f('{"a":{"dtype":"F32","data_offsets":[0,8]}}'),
'float shape':f('{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}'),
'exp shape':f('{"a":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}'),
'neg':f('{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}'),
'negzero':f('{"a":{"dtype":"F32","shape":[2],"data_offsets":[-0,8]}}'),
'info as array':f('{"a":["F32",[2],[0,8]]}'),
'three offsets':f('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}'),
'gap':f('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'),
'hole':f('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}',b'\0'*12),
'overlap':f('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'),
'same place':f('{"a":%s,"b":%s}'%(T,T)),
'tail':f('{"a":%s}'%T,D+b'x'),
'short':f('{"a":%s}'%T,D[:-1]),
'empty object':f('{}',b''),
'empty object data':f('{}',b'x'),
'empty spaces':f('{}      ',b''),
'zero header':struct.pack('<Q',0),
'7 bytes':b'\0'*7,
'header too long':f('{}',b'',n=100),
'header over limit':struct.pack('<Q',100_000_001)+b'{}',
'zero size tensor':f('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',b''),
'zero size amid':f('{"z":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"a":%s}'%T),
'scalar':f('{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}'),
'overflow':f('{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}'),
'big int':f('{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]}}'),
'unknown dtype':f('{"a":{"dtype":"F128","shape":[2],"data_offsets":[0,8]}}'),
'lower dtype':f('{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}'),
'meta only':f('{"__metadata__":{"a":"b"}}',b''),
'list':f('[]',b''),
'null':f('null',b''),
'tensor null':f('{"a":null}',b''),
'invalid utf8':struct.pack('<Q',5)+b'{"\xff"}',
'utf8 key':f('{"é名":%s}'%T),
'escaped quote':f('{"a\\"b":%s}'%T),
'control char in key':f('{"a\nb":%s}'%T),
'proto':f('{"__proto__":%s}'%T),
'empty key':f('{"":%s}'%T),
'comment':f('{"a":%s/**/}'%T),
'trailing comma':f('{"a":%s,}'%T),
'deep extra':f('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":%s}}'%('['*20+']'*20)),
}
for dt,nb in [('BOOL',8),('U8',8),('I8',8),('F8_E5M2',8),('F8_E4M3',8),('F8_E8M0',8),('I16',4),('U16',4),('F16',4),('BF16',4),('I32',2),('U32',2),('F32',2),('C64',1),('F64',1),('I64',1),('U64',1),('F4',16),('F6_E2M3',1),('F6_E3M2',1),('F8_E4M3FNUZ',8),('F8_E5M2FNUZ',8)]:
    cases['dtype '+dt]=f('{"a":{"dtype":"%s","shape":[%d],"data_offsets":[0,8]}}'%(dt,nb))


def outcome(data):
    try:
        return {name: [info["dtype"], info["shape"]] for name, info in deserialize(data)}
    except Exception:
        return None


def float8(dtype):
    values = torch.arange(256, dtype=torch.uint8).view(dtype).to(torch.float32).tolist()
    return [None if math.isnan(v) else str(v) if math.isinf(v) else v for v in values]


report = {
    "versions": {"safetensors": safetensors.__version__, "torch": torch.__version__},
    "headers": [
        {"name": name, "file": base64.b64encode(data).decode(), "tensors": outcome(data)} for name, data in cases.items()
    ],
    "float8": {"F8_E4M3": float8(torch.float8_e4m3fn), "F8_E5M2": float8(torch.float8_e5m2)},
}
target = Path(__file__).parents[2] / "src/tensor/goldens/safetensors-headers.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(report, ensure_ascii=False) + "\n")
print(target, len(report["headers"]))
