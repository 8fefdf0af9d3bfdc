// Made by Tests/Reference/jpeg.py with Pillow; do not edit.

import Foundation

/// A JPEG file and what Pillow reads from it, in 19 × 13 pixels.
struct JPEGFixture: Sendable {
    let name: String
    let channels: Int
    let file: [UInt8]
    let pixels: [UInt8]

    init(_ name: String, _ channels: Int, _ file: String, _ pixels: String) {
        (self.name, self.channels) = (name, channels)
        self.file = [UInt8](Data(base64Encoded: file, options: .ignoreUnknownCharacters)!)
        self.pixels = [UInt8](Data(base64Encoded: pixels, options: .ignoreUnknownCharacters)!)
    }

    static let all = [
        JPEGFixture(
            "color", 3,
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q
            EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ
            EBAQEBAQEBD/wAARCAANABMDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
            BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
            V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
            4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
            AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
            Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
            8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDyf4W+Ef8AU/uvTtX1f4J0UaXZROsf76X5Ihxwcfe57D/D1rzH4W6JafuePTtX0X4X0yGX
            Vkgf7kCoqD6gEn68/oK9jxc4trcH8M1MVhG1WqSVODX2ZSTbl6qMZNf3rH5pgKCxFZRlstWbWm+Ef9Bh/dfw+lFfnf4r1zUviR4h
            vPG3iV4W1HVGWSUQRCONFVQiIq/3VRVUZJYhckk5JK/mSj4NVJU4yq4xRk0rpU7pPqk+dXSfWyv2R/WmH8AKs6UZV8eozaV0qV0n
            bVJ+0V0npeyvvZH/2Q==
            """,
            """
            BDV6DEB8EE15F1d9IV+SKmWhOWu0Q3O/SXq/VozMWJPLXp3QaqjbcKvjgbL3kcfJhMYxktgAoNwKCTp9D0WBFVKBHVyHJmSXMGul
            PnC1SHjAUIHEVozIWZXLaKbXbqzdfbfli7/nlMqyi8o1m9kIqd4UDUF9FEqGGlWNImCTLGicN3CnQ3a3TX7AWIzIWpHHY6DNZ6bS
            da/fgLnWkMm6iL5ymcs2qtcctd4iEEeAGFCJH1mYJ2KcMW2hO3WnSHy4UYXBWY3GYZnMaabTb63WfLbbjcXGltKMjMRHodEvsdom
            u+EsFE2EG1aOJV6hLWemOXKnQnqrTYG6VorEWZDGaaPVZqLUfbneg7vKkcmijspQldEkpNwjsOMmvOowF1OHIFuTKWOjNGusPnWr
            SX6wUoa/WZDJYpvQZ6PXcanigbnajse2g7xrisYonNgUpuMcsesnuvIxG1iOJWCYLmmlOXGuRXqwToO5V4vHXpTSZqHZaKPbfLTx
            g7zQlM6RhcBCn9Unq+QdqukgsvIpuvoyIF2TKWadNm6pP3avS3+4U4fAWpDOYpnZZ6LedbDofrbpjsbDgr9Ykswqo9Yfqt4Zs+4k
            wvA13O1RJGOZLmuiO3OsRHu0T4O/WIzIX5XVZ57eb6rme7Xlhr7Vksqji8g8mtUXptgduOcpvOwk4OVKiTAAKWieM3CnQHixSYC5
            VIjEXZDPY5raaqTjc6vogLvdkcq7iMNxks8pn9oOsuMlvuEv3OlE/9RuuB8kL2yiOXSsRX24ToTAWI7KYJbSZqHdb6rkeLDpiMLQ
            ks6OhsNBm9cgpuAQuOwl0N8+/8punykPyBY4NXGnPnmxSoK9U4nFXJLOZJzVaqfedK/ngbjwkMfKicdikdAqoNwcsOcatusf4eRN
            jywCuhYu1xdIPHStRX22T4XBV43JYJnQZqLYb6ziebXriL3zlMvFh8RFmtgbpt4dtuwks+0f6+ZWnyAR1BRH2xZM
            """
        ),
        JPEGFixture(
            "colorUnsampled", 3,
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q
            EBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ
            EBAQEBAQEBD/wAARCAANABMDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
            BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
            V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
            4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
            AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
            Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
            8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDyf4W+Ef8AU/uvTtX7Kfk59X+CdFGl2UTrH++l+SIccHH3uew/w9a/NfFTjqHAuRyr0n/t
            NW8KSTjdSs/3jUr3jT0b92ScnCLspXXZgcK8TVs9lv8A5fM9X03wj/oMP7r+H0r/AD0PrD5a+FuiWn7nj07V/qqfDn0X4X0yGXVk
            gf7kCoqD6gEn68/oK/hXx7znFZhxfVwFZ/u8PGEYJXt78I1JSaba5m5WbSV4xgne1z6bK6cYYdSW7/4Y+CfFeual8SPEN5428SvC
            2o6oyySiCIRxoqqERFX+6qKqjJLELkknJP7NlGVYfJMFTwGET5IKyu7t3d22+7bbdrLXRJWR/ozkWS4Th3LqWWYJP2dNWV3du7bb
            b7ttt2SWtkkrI//Z
            """,
            """
            ADhxCUF6EkqDGlKLJFyVLGSdNm6nP3ewRn22U43NXZPCYJzQZqjkdafshbPlgsL/kMkCmdILodoTBT12DkZ/F0+IIFiRKWGaMmqj
            O3OsRHy1TIa0VY3GWZLVaabTcanme7jkh772kL3/lc4HntcQpt8YCkJ7E0uEHFSNJV2WLmafN2+oQHixSYG6U47KWo/VYZ/aZ6Tb
            eavoebnnhsL2jdIAmtMMo9wVq+QdD0eAGFCJIVmSKWGaM2ukO3OsRX22Toa/U4/LYJrIaaLlb6vhe7bghL/3kr77lMsNn9gRqOEa
            sOkiFEyFHVWOJ1+YL2egOXGqQXmySoK7U4vEVZLJZ6TRa6DWfbXueLj4jrj/ldITmdQGpd4XreYftu8oGVGKIlqTK2OcNGylPXWu
            Rn63T4fAWJDJYpvSZqPadKbvf7jlhL79h88Bl8gAm9sLqeIbsuskuvMsHlaPJ1+YMGihOXGqQnqzS4O8VIzFXZXObJzmaKXSebT2
            gLX3lLn9jMkBo9cSq+Mirucgt/Apv/gxI1uULGSdNm6nPnavSIC5UIjBWZHKYprTcZ3ed7Dnc7vtisDujcsAl88OndwRq94XtO0m
            vPUuxf43KGCZMWmiO3OsQ3u0TIS9VY3GXpbPZ5/YaqzofrTigL3slbn1kNAImNgQqtgWse0Zsu8vy/Q2ywBELWWeNm6nQHixSIC5
            UYnCWpLLY5vUbKTdba/jg7XyjL//jNYFltMJnNoXtOQgsOgtvP8kyv021ghGMmqjO3OsRX22TYW+V4/IX5fQaKDZcanidLHwibn3
            kbr8jMoPodcPpeAWuOwotPQavfklyQhL3QdNN2+oQHixSoK7UorDW5PMZJzVbaXedq7nfL3jkL78jNgCmdMFp9gasOQns+kvvvsx
            0QBKygw61xdKPHStRX22Toa/Vo7HYJjRaKDZcqrje7Psgr76k8H9jc8AodQdqtwZt+g1sO4dw/89yAI91RFR4hRF
            """
        ),
        JPEGFixture(
            "progressive", 3,
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
            KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo
            KCgoKCgoKCj/wgARCAANABMDASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAUGAwf/xAAWAQEBAQAAAAAAAAAAAAAAAAAG
            AwX/2gAMAwEAAhADEAAAAVNYro65+xzsPJv/xAAbEAACAwADAAAAAAAAAAAAAAACAwABBBIhIv/aAAgBAQABBQLKuJHjQr6yjUUP
            ppW9n//EABsRAAEEAwAAAAAAAAAAAAAAAAEAAgURIaHh/9oACAEDAQE/AWCyhCGsv11f/8QAHBEAAQQDAQAAAAAAAAAAAAAAAQAC
            BAUDESEx/9oACAECAQE/AbOSY2Aub6eIVR11y//EABkQAAEFAAAAAAAAAAAAAAAAAAIAAQMgMv/aAAgBAQAGPwKryHol/8QAGhAA
            AgMBAQAAAAAAAAAAAAAAAAERITFRQf/aAAgBAQABPyHGiN68KdFIQ48I5/SFCP/aAAwDAQACAAMAAAAQA9//xAAaEQACAgMAAAAA
            AAAAAAAAAAAAAREhMUGh/9oACAEDAQE/EKdjyOJ7y7A//8QAHREBAAIABwAAAAAAAAAAAAAAAQARITFRcYGR4f/aAAgBAgEBPxDP
            oKOi3j0PMcGl29n/xAAdEAEAAgEFAQAAAAAAAAAAAAABABEhEDFBUYHR/9oACAEBAAE/EJVwDi+p5bTQK2IB5cVFoOEAUAdAB3jN
            s//Z
            """,
            """
            CDGNDTuIGEt6H1d8J1yQLWWgN2+sPXi0SoW/Tou6Wpa4ZaHGcaTjeazuhbnpncm6m7g4rsgPrdMbDDaKEkGJG0+BI1qDKWGSMWqh
            OnWxQXu6S4bCVJDEYJzBZ6DLc6blgbTticHcksafmcI2qdARrNsbED+DF0mIIVSNKV6QL2iVN3GfQHu1R4HBTofKW5bSZqDSa6PU
            eavoir7ljci2h8dxkdIsneAUp+ceFEd+G0+IJVmTLGObM26aOnejRYC4TIbGVY7TYJfaaqDgdajhgrTljsPLjMqJhMtHj94hmuoV
            p+8hF018HlOFJ16WL2ifN3GhPnuqSIO7UIrJXpfaYpbfbp/sf6/vjbzYi8KiistVi9YkkuQWn+4WrfMjHFKBIVmKK2WXMm6iOnas
            Q3+1TIm/VZDIZp7ZaJvddaLziLXuj8C8icJ1i84wlt8TnOkRqPIZt/UmIFePJmCSMWyUOHWhQHq5SITDUo/FW5jHaaHQc6bdga32
            jbngjcGQisZKk9UboOYMqewRt/QdxvcsI1qbK2SbM3KVPHqhQ37ATIfNV5TLX5zIaKLIe7DYi7nqjb3BisNlj80snNwUquQTvOco
            zuk64upJKF2pMGilOXibQoClSITDUY3VXJnSZaLObajKg7rPksXJi7+RjspEmtgfotwWu+Iv0tRP8NNveUAALWCxNGuuPnmhRYOo
            TIjEVJHUYJ3WaKXUdK7Thr/GkMihi8Rjks8qn9sXqeEgyd5B+dZ6/8yblCsNNWW3O3C2RH6uS4myUo/FW5jRZ6LecKngfrTijMTD
            jMp0i8s3l9UcpuAatOYt1t9Q/714mSUMtzEoPGu7Q3W8S4O2U466WZXHYZ7Ubajidq7phLjxj8fEicxYjdIdnt4YrOQfvOw24d1Y
            ky4Atx4gxSAuQW+8R3i7T4e6V5K+XZnLZqLYcKvjerLvh7j9k8jOiMtHktkPpuUar+ghwfE56NlanhoD1BU03x9G
            """
        ),
        JPEGFixture(
            "gray", 1,
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q
            EBEQCgwSExIQEw8QEBD/wAALCAANABMBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
            BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
            V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
            4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APiz4W+Ef9T+69O1fYHwt8I/6n916dq+k9N8I/6DD+6/h9K+Dfhbolp+549O1fYH
            wt0S0/c8enavpPTdEtPsMPH8PpX/2Q==
            """,
            """
            AAkSGiQsNj9HUVpibHR+h5CZoQUOFyApMjtETVZfaHF6g4yVnqYKExwlLjdASVJbZG12f4iRmqOrDhghKTM7RU5WYGlxe4ONlp+o
            sBQdJi84QUpTXGVud4CJkpukrbUZIis0PUZPWGFqc3yFjpegqbK6HicwOUJLVF1mb3iBipOcpa63vyMsNT5HUFlia3R9ho+Yoaqz
            vMQoMTpDTFVeZ3B5gouUnaavuMHJLTY/SFFaY2x1foeQmaKrtL3GzjI7RE1WX2hxeoOMlZ6nsLnCy9M3QElSW2Rtdn+IkZqjrLW+
            x9DYO0VOVmBocnuDjZaeqLC6w8zV3Q==
            """
        ),
        JPEGFixture(
            "restarts", 3,
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0d
            Hx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e
            Hh4eHh4eHh7/wAARCAANABMDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
            BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
            V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
            4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
            AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
            Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
            8vP09fb3+Pn6/90ABAAB/9oADAMBAAIRAxEAPwDivBGkfc+WvafDdkLW2Rgv7xuE+vr+Fch4IsYfk/wr1TRLZHvlQ/dQAAfUZru4
            3zupk+Uyq0tJyajF9m7u/wAknbzsfJYamqlSz2P/0PaLPSP9Fj+XtRXy5rt9c+JNWn1vU2jN1dEM/lptVQAFVQPQKAOcnjkk80V+
            YU+ApOKc69n1XLfX15lf7j7+l4ZzcE54mztquW9n1V+ZX9bI/9k=
            """,
            """
            ADxoBkNyEkqDHFSRJFucLWWgOHCjQHipSX+7VIrIWI/HYpvGca/Ica7NeK70msrhkrhVoMscotoVBT9vDEZ4Fk+GH1eSKF+gMWio
            O3SpQ3qwToTCVIrIYJfPaaLNb6rIerXThL3oj8S+kMJJn9MZo+AWC0J7EUqBHFaGJV6TLWSlN26xQXm0SIC7UonKWI7MaaHUc6nV
            dKnRh7/WkczGgcJ+i9IumeIPpugVE0aHGE+IIluIKmSUM2qrOnO6RH69S4XEVY/PXpXVb6TaeK3ZgLLVj8XFkc6TgMhLjd4dmesL
            qO8XGEmMH1OPJ2CNL2mXNW+vPnm/SIPFT4vJWJLSZp3dcKTgfa3bjr/Qj8afislUitMkkuURnvAPq/QeH06SJVeULmSTNG6eO3W1
            Qn/CTInIU5HMXZnVbaXidabpgrLalcW1j8Ryisgpmt0UouYTru4cuvMsJlOUK1yXNGmfOnOoP3u3SIbDUpDJWZjNY6DWcKbifq3z
            jLnWkcWDjsY9ltEXqt8Tu98jyeQz0uxBKliUL2CbN2ukPnavQ4C5TIvBVJbIXZ3NaafYb6faiLfvlcLFisJXj8oao9wVr94Ww+Au
            2eBF8N9bL16WNGWfPHCqQ3u0SIW7UJDAWZzHYqLOb6vdfLLej8HYkcOdkMk6n9kTrOAbs+Iiv+o44eRXfTUANWSaOmujQnawSIC5
            Toy9VpbCYKHJaKfSdq/kgbfZj8W1kMd0k84ootsQseMgveIyy99I/+N8py8KN2igPXCnRHuzTYa9UpDBXJvHZqXObqvYfrTwh77T
            jcqHj81IltIkpt4bt+gs0eJG+dV1iywAsxcYOm+lQXasSIG4UIzCWJTIYZ/Oa6rVda/fhbj5jcLQi8xkj9IqndkiquEkve4z3+BU
            gSsAuicv0x88PnWtRH20Toe+VpLIXpnRaKTYcq/efLTnh7j6ksfNis1MktgWo+EkruUov/Iz6N5bpygfuQAw2yBN
            """
        ),
        JPEGFixture(
            "cmyk", 3,
            """
            /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgICAgIDAgICAwMDAwQGBAQEBAQIBgYFBgkICgoJCAkJCgwPDAoLDgsJCQ0RDQ4PEBAR
            EAoMEhMSEBMPEBAQ/8AAFAgADQATBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB
            AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH
            SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV
            1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD7Q+KXi7/XfvfXvXcfFLxd/rv3vr3rx/4peLv9d+99e9fS
            eq3fXmvj/wCKXi7/AF3731718f8AxS8Xf67976965T9lb9n68/at+OMWian8ngvwv5WseKJpIpzHParMoWwWSIr5c1z86qTIjLGk
            8i7jFsbj9Vu+vNfNmpeLv9Om/e/xetfNmpeLv9Om/e/xetfsHqXi7/Tpv3v8XrXNS3n7xvm7195fFLW7v99z696+8vilrd3++59e
            9fiN8Utbu/33Pr3rvdUnfmvj/wCKWt3f77n1718f/FLW7v8Afc+vev0W/wCCb/g/QPB/7IOm+OtJtc61491DUNQ1e6kSPzG+zXc1
            nBArqgcwokBdUdm2yTzsCA+Bx+qTvzXzZqWt3f26bn+L1r94/hT8PPDHwE+Hui/CP4fw3ceheHYXhtzd3Bmnld5GllmkfABeSWSS
            QhQqAuQiqoVR6FqWt3f26bn+L1rmpJ33t9a//9k=
            """,
            """
            w5dsuo9ksodcqX9VoHZNmG9Gj2Y+h183f1cvd1ApcEkjaUMbYTsZWjUNUi4JTCgERiKfPxyWORaPvpNntYtgrYJYpHpQm3JJk2pB
            imI6g1sze1Qrc0wjbEUiZD4YXTgQVjEQTysGSSUBQh+bOxiSNhOMuY5jsYZbqH5Un3VMl25FjmY9hl42flcvd1Apb0kjaEIaYDsT
            WTQQUi0ISycFRSGcPhuWOBWNMhCHtIlerIJXo3lPm3JJkmlBimI6gloyelMrcksja0UfYz4XXTgTVTEMTysGSCQAQR6bOxiSNBKJ
            Lw2Dr4VaqH1TnnRKlm1EjWQ8hV01fVYudk8obkciZ0EaXzkVWTMNUSwHSycDRCCePhqVNxWOMQ+GLAp/qoBWonhOmnBHkWhAiWE4
            gVkyeVIrckskakQhYz0RXDYQVDAQTikCRyOfQB2YOhePNBKKLgyCKAd6pnxSnnRKlWxDjWQ8hV01fFUudU4nbUcgZkAYXzkVWDMS
            USwHSiYAQyCdPRqRNhSOMA6FKgl9JQR3oXhOmXBGkGc+iGA4gFgweFEqcUojaUMdYjwXWzYQUy8ITSkERiKgPxyXORaPMxGHLQuB
            JwZ5IgFynHNJlGtCi2M6hFw0fFQtdE0mbUYgZT8ZXjgUVzIPTysGSSUAQh+bPBmVNhOKMA6EKQh8JAJ2Ho9vmG5Fj2c+h182gFgw
            eFEpcEkjaUIcYTwWWjUOUy4KTCcERiKgPxyZORaLMhCKLAt/Jgh5IQByHI1skmpBi2M6g1sze1Qsc0wlbEUfZD4ZXjgSVjEPTysF
            SCQAQh6cOxiPNROKLw2DKQh+IwB1HY5uGYZojmY9hl42flYvd1Aob0kiZ0EbYDsVWTQPUi0HSycDRCCfPhuUOBWRMQ+KLAp+JgV4
            IJFxGo1qFoNkimE5gloyelMrc0wma0UeZD4ZXDcSVTEMTioHSCQAQR6aOxiSNRKILw2AKAd5IwJ2HY9uF4NmE4Fh
            """
        ),
        JPEGFixture(
            "ycck", 3,
            """
            /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgICAgIDAgICAwMDAwQGBAQEBAQIBgYFBgkICgoJCAkJCgwPDAoLDgsJCQ0RDQ4PEBAR
            EAoMEhMSEBMPEBAQ/8AAFAgADQATBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB
            AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH
            SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV
            1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD7Q+KXi7/XfvfXvXcfFLxd/rv3vr3rx/4peLv9d+99e9fS
            eq3fXmvj/wCKXi7/AF3731718f8AxS8Xf67976965T9lb9n68/at+OMWian8ngvwv5WseKJpIpzHParMoWwWSIr5c1z86qTIjLGk
            8i7jFsbj9Vu+vNfNmpeLv9Om/e/xetfNmpeLv9Om/e/xetfsHqXi7/Tpv3v8XrXNS3n7xvm7195fFLW7v99z696+8vilrd3++59e
            9fiN8Utbu/33Pr3rvdUnfmvj/wCKWt3f77n1718f/FLW7v8Afc+vev0W/wCCb/g/QPB/7IOm+OtJtc61491DUNQ1e6kSPzG+zXc1
            nBArqgcwokBdUdm2yTzsCA+Bx+qTvzXzZqWt3f26bn+L1r94/hT8PPDHwE+Hui/CP4fw3ceheHYXhtzd3Bmnld5GllmkfABeSWSS
            QhQqAuQiqoVR6FqWt3f26bn+L1rmpJ33t9a//9k=
            """,
            """
            ABkAAhkAExgAIBgAMhcAPxYATxUSXRUkbBM1eRRFhhNVkxFjmhRzpg+BoxCQoRCeAIOgAH+dBn6bABkACxkAHBgAKxcAOhYASRYL
            VxUcZhQtdRM9hBJOiRVemhJtpxB8pRSKohGYoRChAIKfAX+cDX2aBRkAFBgAJBgANBcAQhYCURUUXxUlbRQ2eRRHhxRXlxFnoxB1
            phKEoxCSoRKgAICfAH+dCH2aFHuYDRgAHRgALRcAOhYASxYMVxUcZxQvdRQ/hBJPjhNgnBJvpRJ8pRGMohGYoBCgAIKeA3+cEHyZ
            G3qXFhgAJhgANxcARRYEVBUYYRUnbhQ4fBRJhxRYmBJpohJ5phCGoxCWoRChAIOeAH+dCn6bF3uYInmWHxgALhcAPhYATBUOWhUg
            aRQxdhRBhBNSixVhpg1xpxCApBWNog6cAIGgAICdB32cEnyaHnqXKXeUKBgANxcARhYGVBUYYhUpcBQ6fhNKihNamhFqohJ5phSI
            oxCWoQ+hAIKeAn2cCX6aGHuYJHiVL3aTMBcAPxYAUBYTXBUibBQ1dxRDhRNTkhNjnRNzpxGCpRCSohCdAIOgAH+dBn6bFHuZH3qX
            K3eUNXWRORYARxYJVxUcZBQscRQ8fxNMjBNcmRJroxJ6pRKJoxCZoQ+hAIGeAICcDnyaG3qYJniVMnaTPJAAQRYBTxUTYBUlbBQ1
            eRRFhhNVlBNloBJ0phCCpBGRohGhAIOgAIGeDHubEX2ZInmXLXiUOHWSQ5AASRULVxUcaBQvcxQ9ghNQjhNemhJtpxJ9pBOKow+Z
            oRChAIKeB3ycEHyaGnuXJnqWM3aTPpAASI4HURUUXxUlbxQ4exRHiBNXlBNmoRJ1phGEow+SoRCgAISfAH+dBYCbD36YI3mWL3aU
            OZEARI8AT40NWRUeZxQvdRQ/gBNOjxNgmhJtpxJ+pRGMohGaoBCgAIGeAX+cE3uaHniXLHaVM3eTQJEAS44NVYwR
            """
        ),
        JPEGFixture(
            "rgb", 3,
            """
            /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgICAgIDAgICAwMDAwQGBAQEBAQIBgYFBgkICgoJCAkJCgwPDAoLDgsJCQ0RDQ4PEBAR
            EAoMEhMSEBMPEBAQ/8AAEQgADQATA1IRAEcRAEIRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMC
            BAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElK
            U1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY
            2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAwDUgBHAEIAAD8A+LPhb4R/1P7r07Vwnwt8I/6n916dq9d+FvhH/U/uvTtX2B8LfCP+
            p/denavsD4W+Ef8AU/uvTtXV/tU/tA2f7KXwOl1vTPn8aeKPN0fwvDHLAJILpoWLX7RyhvMhtvkZgI3VpHgjbaJd6/Sem+Ef9Bh/
            dfw+lfSem+Ef9Bh/dfw+lfj7pvhH/QYf3X8PpXwb8LdEtP3PHp2r4N+FuiWn7nj07V+3Hwt0S0/c8enavsD4W6JafuePTtX2B8Ld
            EtP3PHp2r86v+CkHjDX/ABh+19qXgXVrrGi+AtP0/T9ItY3k8tftNpDeTzsjOUEzvOEZ0Vd0cECkEpk/Sem6JafYYeP4fSvwd+K3
            xD8T/Hv4ha18XPiBNaSa74imSa4FpbiGCJEjWKKGNMkhI4o44wWLOQgLszFmPnmm6JafYYeP4fSv/9k=
            """,
            """
            ADhxCUJ7EkuEGlOMJF2WLGWeNm+oP3ixR4C7UYrDWpPLYpvWbKXZdK3rfrfxh8D5kMkCmdILodoTBT53DkeAF1CJIFmSKWKbMmuk
            O3StRH22TYbAVo/LX5jMaKHbcarnerPmg7z1jMX9lc4HntcQpt8YCkN8E0yFHFWOJV6XLmegN3CpQHmySYK7UovDW5TMZJ3Ybabi
            dq/mf7jziMH3kcoFmtMMo9wVq+QdDkeAGFGKIVqTKWKbM2ylO3StRX63TofAVo/MYJnRaaLccarie7Ttg7z1jcb/ls8En9gRqOEa
            sOkiFE2GHVaPJl+YL2ihOHGqQXqzSoO8U4zFXJXMZZ7Ybqffd7DrgLnzicL6kssAm9QNpN0XreYfte4oGVKLIluUK2SdNG2mPXav
            Rn+4T4jBWJHKYZrOaqPmc6znfLXmhb78jscBl9AIoNkVqeIbsuskuvMsHleQJ2CZMGmiOXKrQnu0S4S9VI3GXZbPZp/bb6jeeLHk
            gbr0isP/k8wBnNUSpd4Urucgt/Apv/gxI1yVLGWeNW6nPnewR4C5UInCWZLLYpvUa6TcdK3mfbbzhr/5j8gAmNEJodoTquMes+wm
            vPUuxP03KGGaMWqjOnOsQ3y1TIW+VY7HXpfQZ6DZcKniebLogrv2i8T/lM0GndYMpt8ar+giuPIqwfszyQI7LWafNm+oP3ixSIG6
            UYrDWpPMY5zVbKXeda7pfrfvh8D5kMkAmdIIotsaq+QZtO0ovfEvxv84zgdAMmukO3StRH22TYa/Vo/IX5jRaKHacarjerPog7z3
            jMX/lc4DntcWp+AcsOkhufIpwv80ywQ90xBFN3CpQHmySYK7UovEW5TNZJ3Wbabfdq/of7j1iMH6kcoBmtMPo9wRrOUXte4ovvcx
            xwA50ARC2BJKO3StRX63TofAVo/IYJnSaKHacqvke7Ttg7z1jcb/ls8GntcQqOEdsOkmuvMww/wzzAM+1RVH3RVP
            """
        ),
    ]
}
